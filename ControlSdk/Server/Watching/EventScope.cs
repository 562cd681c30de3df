namespace VRouter.ControlSdk.Server;

/// <summary>What a watcher may ask for.</summary>
[Flags]
internal enum EventScope : byte
{
    None = 0,
    Flows = 1,
    Objects = 2,
    // And neighbours.
    Links = 4,
    All = Flows | Objects | Links,
}
