using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Programs.Control;

/// <summary>Tenant 2 of <see cref="SampleState"/>, behind a Memory port.</summary>
internal sealed class SendingTenant
{
    private readonly DataPlane _dataPlane;
    private readonly MemoryPort _port;

    public SendingTenant(DataPlane dataPlane)
    {
        _dataPlane = dataPlane;
        _port = new MemoryPort(dataPlane.Frames);
        dataPlane.Attach(new VifId(2), _port);
    }

    /// <summary>An empty UDP datagram from 10.0.0.1:1000 to port 2000 of an IPv4 address; it has no checksum of its own.</summary>
    public static byte[] PacketTo(string destination)
    {
        byte[] packet = Convert.FromHexString("00005e000100" + "020000000101" + "0800" + "4500001c00010000" + "4011" + "0000" + "0a000001" + "00000000" + "03e807d000080000");
        System.Net.IPAddress.Parse(destination).TryWriteBytes(packet.AsSpan(30), out _);
        uint sum = 0;

        for (int i = 14; i < 34; i += 2)
        {
            sum += (uint)(packet[i] << 8 | packet[i + 1]);
        }

        sum = ~((sum & 0xFFFF) + (sum >> 16));
        (packet[24], packet[25]) = ((byte)(sum >> 8), (byte)sum);
        return packet;
    }

    /// <summary>Sends it, and walks.</summary>
    public void Send(string destination)
    {
        Assert.That(_port.TryDeliver(PacketTo(destination)), Is.True);
        _dataPlane.Step();
    }
}
