using VRouter.Encap;

namespace VRouter.Flow;

/// <summary>What rules of one remote are told apart by first: a protocol's number, or one of two for the rules of any protocol.</summary>
internal static class Services
{
    /// <summary>Rules of any protocol, as TCP, UDP and SCTP see them: by their ports.</summary>
    public const ushort AnyWithPorts = 256;

    /// <summary>Rules of any protocol, as the others see them: ports do not count.</summary>
    public const ushort AnyWithoutPorts = 257;

    public static bool HasPorts(byte protocol) => protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp;

    /// <summary>The service under which a packet of this protocol finds the rules of any protocol.</summary>
    public static ushort AnyFor(byte protocol) => HasPorts(protocol) ? AnyWithPorts : AnyWithoutPorts;
}
