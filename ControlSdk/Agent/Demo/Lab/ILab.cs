using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Where a scenario comes to life: its nodes with a data plane each, a wire between them, and pods that do as they are told.</summary>
internal interface ILab : IDisposable
{
    /// <summary>What pods and wire are made of, for people.</summary>
    string Description { get; }

    /// <summary>The nodes, in the scenario's order.</summary>
    IReadOnlyList<LabNode> Nodes { get; }

    /// <summary>Sends one echo request; how long the answer took, or null when none came in time.</summary>
    TimeSpan? Ping(Pod from, IpAddress to, TimeSpan patience);

    /// <summary>Fetches a payload over TCP; <paramref name="progress"/> hears of the bytes that have arrived.</summary>
    Fetch Fetch(Pod from, IpAddress to, Payload payload, TimeSpan patience, Action<long> progress, CancellationToken stop);
}
