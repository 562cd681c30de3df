namespace VRouter.ControlSdk.Server;

/// <summary>What a client may do; each role includes those before it.</summary>
public enum ControlRole : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>See the state, flows, counters and traces.</summary>
    Read,
    /// <summary>See packets too.</summary>
    Capture,
    /// <summary>Change the state, and send packets.</summary>
    Write,
}
