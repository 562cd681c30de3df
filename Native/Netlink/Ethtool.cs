using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>What drivers tell and take about devices (ioctl SIOCETHTOOL, linux/ethtool.h), in one namespace.</summary>
public sealed unsafe class Ethtool : IDisposable
{
    private const nuint SIOCETHTOOL = 0x8946;
    private const uint ETHTOOL_GDRVINFO = 0x03, ETHTOOL_GRINGPARAM = 0x10, ETHTOOL_STXCSUM = 0x17, ETHTOOL_GTXCSUM = 0x16, ETHTOOL_GCHANNELS = 0x3C;
    private const int DatagramCloseOnExec = 2 | 0x80000;    // SOCK_DGRAM | SOCK_CLOEXEC

    private readonly FileDescriptor _socket;

    /// <summary>Opens a namespace's drivers: by name, by path, or, with none given, the current namespace's.</summary>
    public Ethtool(string? networkNamespace = null) =>
        _socket = NetworkNamespace.RunIn(networkNamespace, () =>
            FileDescriptor.Own(Libc.socket(Rtnetlink.AF_INET, DatagramCloseOnExec, 0), "socket(AF_INET)"));

    /// <summary>The receive queues in use; 1 for a driver that does not tell.</summary>
    public int Queues(string device)
    {
        ethtool_channels channels = new() { cmd = ETHTOOL_GCHANNELS };

        return TryCall(device, ref channels) ? Math.Max(1, (int)(channels.combined_count + channels.rx_count))
            : Unsupported(device, nameof(ETHTOOL_GCHANNELS), 1);
    }

    /// <summary>The slots of the receive ring; 0 for a driver that does not tell.</summary>
    public int ReceiveRing(string device)
    {
        ethtool_ringparam rings = new() { cmd = ETHTOOL_GRINGPARAM };

        return TryCall(device, ref rings) ? (int)rings.rx_pending : Unsupported(device, nameof(ETHTOOL_GRINGPARAM), 0);
    }

    /// <summary>The driver's name.</summary>
    /// <exception cref="SystemCallException">There is no such device, or it has no driver to speak of.</exception>
    public string Driver(string device)
    {
        ethtool_drvinfo information = new() { cmd = ETHTOOL_GDRVINFO };

        if (!TryCall(device, ref information))
        {
            throw SystemCallException.Last($"ioctl(ETHTOOL_GDRVINFO, {device})");
        }

        return InterfaceName.Read(information.driver);
    }

    /// <summary>Whether the sender leaves transport checksums to the device.</summary>
    public bool HasTransmitChecksum(string device)
    {
        ethtool_value value = new() { cmd = ETHTOOL_GTXCSUM };

        return TryCall(device, ref value) && value.data != 0;
    }

    /// <summary>
    /// Has the kernel finish transport checksums before packets reach the device, or leave them to it. A veth passes unfinished
    /// ones on, and who reads them by AF_XDP cannot tell: turn it off at the sender's end.
    /// </summary>
    /// <exception cref="SystemCallException">There is no such device, or it cannot be changed.</exception>
    public void SetTransmitChecksum(string device, bool on)
    {
        ethtool_value value = new() { cmd = ETHTOOL_STXCSUM, data = on ? 1u : 0u };

        if (!TryCall(device, ref value))
        {
            throw SystemCallException.Last($"ioctl(ETHTOOL_STXCSUM, {device})");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private bool TryCall<T>(string device, ref T request) where T : unmanaged
    {
        ifreq_data argument = default;

        fixed (T* data = &request)
        {
            argument.ifr_data = data;
            InterfaceName.Write(device, argument.ifr_name);
            return Libc.ioctl(_socket.Number, SIOCETHTOOL, &argument) == 0;
        }
    }

    private static int Unsupported(string device, string call, int answer) =>
        Marshal.GetLastPInvokeError() == Errno.EOPNOTSUPP ? answer : throw SystemCallException.Last($"ioctl({call}, {device})");

    /// <summary>struct ifreq with its pointer member, net/if.h.</summary>
    private struct ifreq_data
    {
        public InterfaceName.Buffer ifr_name;
        public void* ifr_data;
        public fixed byte ifr_rest[16];
    }

    private struct ethtool_value
    {
        public uint cmd;
        public uint data;
    }

    private struct ethtool_channels
    {
        public uint cmd, max_rx, max_tx, max_other, max_combined, rx_count, tx_count, other_count, combined_count;
    }

    private struct ethtool_ringparam
    {
        public uint cmd, rx_max_pending, rx_mini_max_pending, rx_jumbo_max_pending, tx_max_pending;
        public uint rx_pending, rx_mini_pending, rx_jumbo_pending, tx_pending;
    }

    private struct ethtool_drvinfo
    {
        public uint cmd;
        public Text driver, version, fw_version, bus_info, erom_version;
        public fixed byte reserved2[12];
        public uint n_priv_flags, n_stats, testinfo_len, eedump_len, regdump_len;
    }

    [InlineArray(32)]
    private struct Text
    {
        private byte _first;
    }
}
