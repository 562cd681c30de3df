using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Who talks to whom about what; steps of a scenario are packets of it, either way.</summary>
internal sealed record Conversation(Party Client, Party Server, bool IsIpv6, byte Protocol, ushort ClientPort, ushort ServerPort)
{
    public IpAddress Source(bool isBack) => (isBack ? Server : Client).Address(IsIpv6);

    public IpAddress Destination(bool isBack) => (isBack ? Client : Server).Address(IsIpv6);

    /// <summary>As one end sees it, to which a packet was delivered.</summary>
    /// <param name="isServer">It was delivered to the server.</param>
    /// <param name="heard">As it was delivered.</param>
    /// <param name="vif">Where.</param>
    /// <param name="vrf">Out of which VRF.</param>
    /// <param name="peer">To which tunnel end; null = to none.</param>
    public Conversation As(bool isServer, FiveTuple heard, uint vif, uint vrf, int? peer)
    {
        Party to = (isServer ? Server : Client).As(heard.Destination) with { Vif = vif == Site.Fabric && peer is not null ? 0 : vif, Peer = peer };
        Party from = (isServer ? Client : Server).As(heard.Source) with { Vrf = peer is null || vrf == 0 ? null : vrf };
        bool isEcho = Protocol == IpProtocol.Icmp;

        return this with
        {
            Client = isServer ? from : to,
            Server = isServer ? to : from,
            ClientPort = isServer || isEcho ? heard.SourcePort : heard.DestinationPort,
            ServerPort = isEcho ? ServerPort : isServer ? heard.DestinationPort : heard.SourcePort,
        };
    }

    public byte WireProtocol => Protocol == IpProtocol.Icmp && IsIpv6 ? IpProtocol.Icmpv6 : Protocol;

    public override string ToString() => $"{Client} {Source(false)}:{ClientPort} > {Server} {Destination(false)}:{ServerPort} protocol {WireProtocol}";
}
