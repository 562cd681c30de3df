namespace VRouter.Forwarding;

/// <summary>What is done to the packets of a flow.</summary>
public enum FlowAction : byte
{
    /// <summary>They go on as they are.</summary>
    Forward,
    /// <summary>They are dropped.</summary>
    Drop,
    /// <summary>They go on with other addresses or ports.</summary>
    Nat,
}
