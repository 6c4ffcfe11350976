using CommitRelay.Performance.Tool;

return await RelayPerf.RunAsync(args, ToolHost.OfProcess()).ConfigureAwait(false);
