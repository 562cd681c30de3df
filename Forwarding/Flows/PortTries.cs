using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// The ports that a source NAT tries for a flow: the one that it had, its original one, then others of the range from a place that the flow's
/// hash says. Protocols without ports have one try, with 0.
/// </summary>
internal ref struct PortTries
{
    private readonly int _first;
    private readonly int _count;
    private readonly int _start;
    private readonly int _most;
    private readonly ushort _before;
    private readonly ushort _original;
    private readonly bool _hasPorts;
    private int _tried;

    public PortTries(in FlowDecision decision, PortRange range, IpAddress address, int most)
    {
        _first = (int)range.First;
        _count = (int)(range.Last - range.First) + 1;
        _most = Math.Min(_count, most);
        _original = decision.Key.SourcePort;
        _before = decision.Before.Destination == address && decision.Before.Protocol == decision.Key.Protocol
            ? IsIcmp(decision.Key.Protocol) ? decision.Before.SourcePort : decision.Before.DestinationPort
            : _original;
        _hasPorts = decision.Key.Protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp
            || (IsIcmp(decision.Key.Protocol) && IcmpEcho.IsEcho((byte)(decision.Icmp >> 8), decision.Key.IsIpv6));
        _start = (int)(FlowHash.Compute((ulong)decision.Key.Source.Low << 32 | (uint)decision.Destination.Low, decision.Key.Protocol, decision.Ports) % (uint)_count);
        _tried = -3;
    }

    public ushort Current { get; private set; }

    public readonly PortTries GetEnumerator() => this;

    public bool MoveNext()
    {
        _tried++;

        if (!_hasPorts)
        {
            Current = 0;
            return _tried == -2;
        }

        switch (_tried)
        {
            case -2 when IsInRange(_before):
                Current = _before;
                return true;

            case -2:
                return MoveNext();

            case -1 when IsInRange(_original):
                Current = _original;
                return true;

            case -1:
                return MoveNext();

            default:
                Current = (ushort)(_first + (_start + _tried) % _count);
                return _tried < _most;
        }
    }

    private readonly bool IsInRange(ushort port) => port >= _first && port < _first + _count;

    private static bool IsIcmp(byte protocol) => protocol is IpProtocol.Icmp or IpProtocol.Icmpv6;
}
