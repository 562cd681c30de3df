using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Who talks to whom about what; steps of a scenario are packets of it, either way.</summary>
internal sealed record Conversation(Party Client, Party Server, bool IsIpv6, byte Protocol, ushort ClientPort, ushort ServerPort)
{
    public IpAddress Source(bool isBack) => (isBack ? Server : Client).Address(IsIpv6);

    public IpAddress Destination(bool isBack) => (isBack ? Client : Server).Address(IsIpv6);

    public byte WireProtocol => Protocol == IpProtocol.Icmp && IsIpv6 ? IpProtocol.Icmpv6 : Protocol;

    public override string ToString() => $"{Client} {Source(false)}:{ClientPort} > {Server} {Destination(false)}:{ServerPort} protocol {WireProtocol}";
}
