using System.Globalization;

namespace VRouter.Forwarding;

/// <summary>A port of TCP, UDP or SCTP.</summary>
public readonly record struct ProtocolPort(byte Protocol, ushort Port)
{
    /// <summary>"6:80": the protocol's number, then the port.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Protocol}:{Port}");
}
