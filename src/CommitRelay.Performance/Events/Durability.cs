namespace CommitRelay.Performance.Events;

/// <summary>How safe an event is when its write is acknowledged. Each level includes the ones before it.</summary>
public enum Durability
{
    /// <summary>
    /// In the writer's memory. Where that memory is mapped (<see cref="EventWriterHealth.Staging"/>) it outlives the process: kill -9 loses
    /// nothing, a power loss or a restart of the container does. On the heap, kill -9 loses it.
    /// </summary>
    Buffered,

    /// <summary>Given to the operating system. Kill -9 loses nothing; a power loss or a kernel crash may lose the last seconds.</summary>
    Flushed,

    /// <summary>On the disk (fsync, of the folder too where the file is new). Only the loss of the disk itself loses it.</summary>
    Durable,
}
