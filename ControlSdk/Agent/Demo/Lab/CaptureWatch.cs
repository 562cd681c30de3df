using System.Threading.Channels;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Hands a copy of every packet to the task that writes the file.</summary>
internal sealed class CaptureWatch(ChannelWriter<(PcapWriter File, long Time, byte[] Packet)> packets, PcapWriter file) : IPacketWatch
{
    public void See(ReadOnlySpan<byte> packet) => packets.TryWrite((file, Now(), packet.ToArray()));

    private static long Now() => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
