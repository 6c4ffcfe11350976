using CommitRelay.Samples.Worker;

using var home = ScratchHome.Create();
await using var api = await DemoApi.StartAsync(150, 30, TimeProvider.System, CancellationToken.None);
Console.WriteLine(home.Path + " " + api.Address);
