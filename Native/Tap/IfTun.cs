namespace VRouter.Native;

/// <summary>linux/if_tun.h and the parts of net/if.h it needs.</summary>
internal static class IfTun
{
    internal const string Device = "/dev/net/tun";

    internal const nuint TUNSETIFF = 0x400454CA, TUNSETPERSIST = 0x400454CB;
    internal const nuint TUNSETOFFLOAD = 0x400454D0, TUNSETVNETHDRSZ = 0x400454D8;

    internal const ushort IFF_TAP = 0x0002, IFF_MULTI_QUEUE = 0x0100;
    internal const ushort IFF_NO_PI = 0x1000, IFF_VNET_HDR = 0x4000, IFF_TUN_EXCL = 0x8000;

    /// <summary>struct ifreq with its flags member.</summary>
    internal unsafe struct ifreq_flags
    {
        public InterfaceName.Buffer ifr_name;
        public ushort ifr_flags;
        public fixed byte ifr_rest[22];
    }
}
