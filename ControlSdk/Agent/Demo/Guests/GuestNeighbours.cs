using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A guest's neighbours: asks for them by ARP and ND, answers when it is asked itself.</summary>
internal sealed class GuestNeighbours(Pod pod, Action<byte[]> transmit)
{
    private static readonly TimeSpan s_askAgain = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<IpAddress, MacAddress> _known = [];
    private readonly Dictionary<IpAddress, (List<byte[]> Frames, long Asked)> _waiting = [];

    /// <summary>Sends a frame to a neighbour, as soon as its MAC is known.</summary>
    public void Send(IpAddress neighbour, byte[] frame)
    {
        if (_known.TryGetValue(neighbour, out MacAddress mac))
        {
            GuestFrames.Address(frame, mac);
            transmit(frame);
            return;
        }

        (List<byte[]> frames, long asked) = _waiting.GetValueOrDefault(neighbour, ([], 0));
        frames.Add(frame);

        if (asked == 0 || TimeProvider.System.GetElapsedTime(asked) > s_askAgain)
        {
            asked = TimeProvider.System.GetTimestamp();
            Ask(neighbour);
        }

        _waiting[neighbour] = (frames, asked);
    }

    /// <summary>Takes an ARP packet: answers a question for the pod, learns from a reply.</summary>
    public void ReceiveArp(ReadOnlySpan<byte> packet)
    {
        if (!GuestArp.TryRead(packet, pod.Ipv4, out ushort operation, out IpAddress sender, out MacAddress mac))
        {
            return;
        }

        if (operation == GuestArp.Reply)
        {
            Learn(sender, mac);
        }
        else if (operation == GuestArp.Request)
        {
            transmit(GuestArp.Frame(GuestArp.Reply, pod.Mac, pod.Ipv4, mac, sender));
        }
    }

    /// <summary>Takes a neighbour solicitation or advertisement; false for any other ICMPv6 message.</summary>
    public bool TryReceive(in GuestPacket packet)
    {
        if (!GuestDiscovery.TryRead(packet.Message, out byte type, out IpAddress target, out MacAddress mac))
        {
            return false;
        }

        if (type == GuestDiscovery.Advertisement)
        {
            Learn(target, mac);
        }
        else if (target == pod.Ipv6)
        {
            transmit(GuestDiscovery.Answer(pod.Mac, pod.Ipv6, mac, packet.Source));
        }

        return true;
    }

    private void Ask(IpAddress neighbour) => transmit(neighbour.IsIpv6
        ? GuestDiscovery.Ask(pod.Mac, pod.Ipv6, neighbour)
        : GuestArp.Frame(GuestArp.Request, pod.Mac, pod.Ipv4, default, neighbour));

    private void Learn(IpAddress neighbour, MacAddress mac)
    {
        _known[neighbour] = mac;

        if (_waiting.Remove(neighbour, out (List<byte[]> Frames, long Asked) waiting))
        {
            waiting.Frames.ForEach(frame => Send(neighbour, frame));
        }
    }
}
