using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CommitRelay.Performance.Analyzers.Worker;

/// <summary>How long a statement waits: the pause that turns a hot loop into a slow cadence.</summary>
internal static class Waits
{
    /// <summary>Stands for a wait whose length the code does not tell.</summary>
    public const double Unknown = -1;

    /// <summary>Stands for a wait for somebody at the keyboard: longer than any threshold.</summary>
    private const double Person = double.PositiveInfinity;

    /// <summary>The milliseconds this very operation waits, <see cref="Unknown"/>, or null when it is no wait.</summary>
    public static double? Of(IOperation operation, TypeModel model)
    {
        if (operation is not IInvocationOperation invocation)
            return null;
        var method = invocation.TargetMethod;
        return (method.ContainingType.Name, method.Name) switch
        {
            ("Task", "Delay") or ("Thread", "Sleep") => First(invocation, model),
            ("TimeProviderTaskExtensions", "Delay") => invocation.Arguments.Length > 1 ? Milliseconds(invocation.Arguments[1].Value, model) : Unknown,
            ("WaitHandle" or "ManualResetEvent" or "AutoResetEvent" or "EventWaitHandle" or "ManualResetEventSlim", "WaitOne" or "Wait") =>
                invocation.Arguments.Length > 0 && invocation.Arguments[0].Parameter?.Type.Name is "Int32" or "TimeSpan" ? First(invocation, model) : null,
            ("Console", "ReadKey") => Person,

            // A menu asks within its turn; a filter of standard input ends with it, so its loop tests what it read.
            ("Console", "ReadLine") when !IsTested(invocation) => Person,
            ("PeriodicTimer", "WaitForNextTickAsync") => Period(invocation.Instance, model),
            _ => null,
        };
    }

    /// <summary>A constant time in milliseconds, followed through constants, fields and locals with one value.</summary>
    public static double Milliseconds(IOperation value, TypeModel model, int depth = 0)
    {
        value = value.Core();
        if (value.ConstantValue is { HasValue: true, Value: { } constant })
            return constant is int or long or double ? Convert.ToDouble(constant, System.Globalization.CultureInfo.InvariantCulture) : Unknown;
        switch (value)
        {
            case IInvocationOperation { TargetMethod: { ContainingType.Name: "TimeSpan" } factory, Arguments: [var amount, ..] }:
                return Scale(factory.Name) * Constant(amount.Value) is { } scaled and >= 0 ? scaled : Unknown;
            case IObjectCreationOperation { Type.Name: "TimeSpan", Arguments: { Length: 3 } parts }:
                return (Constant(parts[0].Value) * 3_600_000) + (Constant(parts[1].Value) * 60_000) + (Constant(parts[2].Value) * 1000) ?? Unknown;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply }:
                return Unknown;
            default:
                return depth < 3 && model.OnlyValue(value.Referenced()) is { } only ? Milliseconds(only, model, depth + 1) : Unknown;
        }
    }

    private static bool IsTested(IOperation operation)
    {
        var child = operation;
        for (var current = operation.Parent; current is not null and not IBlockOperation; child = current, current = current.Parent)
        {
            if (current is IWhileLoopOperation loop)
                return child == loop.Condition;
        }

        return false;
    }

    private static double First(IInvocationOperation invocation, TypeModel model) =>
        invocation.Arguments.Length > 0 ? Milliseconds(invocation.Arguments[0].Value, model) : Unknown;

    private static double Period(IOperation? timer, TypeModel model) =>
        model.OnlyValue(timer.Referenced())?.Core() is IObjectCreationOperation { Arguments: [var period, ..] } ? Milliseconds(period.Value, model) : Unknown;

    private static double? Scale(string factory) => factory switch
    {
        "FromMilliseconds" => 1,
        "FromSeconds" => 1000,
        "FromMinutes" => 60_000,
        "FromHours" => 3_600_000,
        "FromDays" => 86_400_000,
        _ => null,
    };

    private static double? Constant(IOperation value) => value.Core().ConstantValue is { HasValue: true, Value: { } constant } && constant is int or long or double
        ? Convert.ToDouble(constant, System.Globalization.CultureInfo.InvariantCulture)
        : null;
}
