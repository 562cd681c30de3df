using System.Runtime.CompilerServices;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>A next hop that rejects tells the sender so: a TCP reset, else that the port is unreachable; so often a second at most.</summary>
internal sealed partial class Walk<TTrace>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Reject(ref Packet packet)
    {
        uint id = _nextHops[packet.NextHop].Id;
        bool isTcp = packet.Protocol == IpProtocol.Tcp;
        bool mayAnswer = TTrace.IsOn || (isTcp ? _tables.Answers : _tables.Errors).TryTake(packet.Ingress, _now);
        Drop(ref packet, mayAnswer ? DropReason.Rejected : DropReason.RateLimited, id != 0 ? ObjectKind.NextHop : ObjectKind.None, id);

        if (mayAnswer && (packet.Flags & PacketFlags.Made) == 0)
        {
            SendAbout(packet, isTcp ? Complaint.Reset : Complaint.PortUnreachable, 0);
        }
    }
}
