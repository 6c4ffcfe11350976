using CommitRelay.Performance.Files;

var folder = Directory.CreateTempSubdirectory();
var file = Path.Combine(folder.FullName, "state.json");
using (await FileLock.AcquireAsync(file))
    await AtomicFile.WriteAllBytesAsync(file, "{}"u8.ToArray());
Console.WriteLine(await File.ReadAllTextAsync(file) == "{}" ? "the package works" : "the package does not work");
folder.Delete(recursive: true);
