using System.CommandLine;
using CommitRelay.Performance.Json;
using CommitRelay.Performance.Relay;
using Spectre.Console;

namespace CommitRelay.Performance.Tool.Commands;

/// <summary><c>tokens</c>: the budget, and which worker types get far more than they use.</summary>
internal static class TokensCommand
{
    public static Command Create(ToolHost host)
    {
        return new ToolCommand(host, "tokens", "The token budget, use by worker type, and types whose budget is far above what they use.", "relay-perf tokens --json")
            .Does(run =>
            {
                var (budget, fault) = ReadBudget(run);
                var answer = TokensAnswer.Of(budget, fault, WorkerSpecSurvey.Read(run.Home, budget, now: run.Time.GetUtcNow(), cancellationToken: run.Stop).Tokens);
                run.Output.Answer(answer, AnswerJson.Default.TokensAnswer, console => Print(console, answer));
                return Task.FromResult(answer.Error is null ? ExitCodes.Fine : ExitCodes.Findings);
            });
    }

    /// <summary>The budget, or why there is none.</summary>
    public static (TokenBudget? Budget, string? Fault) ReadBudget(CommandRun run)
    {
        try
        {
            return (TokenBudget.Read(run.Home.TokenBudget), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonFormatException)
        {
            return (null, e.Message);
        }
    }

    private static void Print(IAnsiConsole console, TokensAnswer answer)
    {
        if (answer.Error is { } fault)
            console.Line($"The budget file cannot be read: {fault}");
        else
            console.Line($"Total {Number(answer.Total)}, used {Number(answer.Used)}, available {Number(answer.Available)}.");
        var table = Terminal.Table("type", " workers", " given", " used", " share", " set aside");
        foreach (var (type, tokens) in answer.ByWorkerType.OrderByDescending(static pair => pair.Value.Budget))
            table.Row(type, Format.Count(tokens.Workers), Format.Count(tokens.Budget), Format.Count(tokens.Used), tokens.ShareUsed is { } share ? Format.Percent(share) : null, Format.Count(tokens.Allocated));
        console.Write(table);
        foreach (var type in answer.OverBudgeted)
            console.Line($"{type} uses less than half of what it is given.");
    }

    private static string Number(long? tokens) => tokens is { } known ? Format.Count(known) : "unknown";
}

internal sealed record TokensAnswer(long? Total, long? Used, long? Available, IReadOnlyDictionary<string, TypeTokensAnswer> ByWorkerType, IReadOnlyList<string> OverBudgeted, string? Error)
{
    /// <summary>A type that uses less than this share of what it is given could do with less.</summary>
    private const double LittleUsed = 0.5;

    public static TokensAnswer Of(TokenBudget? budget, string? fault, TokenUse use) => new(
        budget?.Total,
        budget?.InUse ?? budget?.Allocated,
        budget?.Available,
        use.ByWorkerType.ToDictionary(static type => type.Key, static type => new TypeTokensAnswer(type.Value.Specs, type.Value.Compared, type.Value.Budget, type.Value.Used, type.Value.Allocated, type.Value.Share)),
        [.. use.ByWorkerType.Where(static type => type.Value.Share < LittleUsed).Select(static type => type.Key)],
        fault);
}

/// <summary>Budget and use are of the workers that tell both; allocated is what the budget file sets aside.</summary>
internal sealed record TypeTokensAnswer(long Workers, long Compared, long Budget, long Used, long Allocated, double? ShareUsed);
