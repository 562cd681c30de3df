using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Something one pod tries towards an address, and whether it shall succeed.</summary>
internal abstract record Check(Pod From, IpAddress To, string ToName)
{
    /// <summary>How long something that shall not succeed is waited for.</summary>
    protected static readonly TimeSpan RefusedPatience = TimeSpan.FromMilliseconds(200);

    /// <summary>Why the pod must not get there; null: it must.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>What else is to be known about it, for people.</summary>
    public string Remark { get; init; } = "";

    /// <summary>"ping", "get".</summary>
    public abstract string Verb { get; }

    /// <summary>Tries it. <paramref name="progress"/> hears how far it is.</summary>
    public abstract Outcome Run(ILab lab, Action<string> progress, CancellationToken stop);
}
