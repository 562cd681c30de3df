using static VRouter.Native.BpfRegister;
using static VRouter.Native.BpfSize;

namespace VRouter.Native;

/// <summary>The XDP programs: a few instructions each, run for every packet that a device receives.</summary>
internal static class XdpPrograms
{
    // struct xdp_md, linux/bpf.h
    private const short Data = 0, DataEnd = 4, QueueIndex = 16;

    // An XdpFilterKey on the stack, below R10.
    private const short Key = -24, KeyMapped = -14, KeyIpv4 = -12, KeyProtocol = -8, KeyPort = -6;

    /// <summary>Every packet goes to the socket of its queue; where there is none, to the kernel.</summary>
    internal static ulong[] TakeAll(BpfMap sockets) => Redirect(new BpfAssembler().Move(R6, R1), sockets).Assemble();

    /// <summary>Packets that the filter names go to the socket of their queue; all others to the kernel.</summary>
    /// <param name="sockets">The sockets by queue.</param>
    /// <param name="taken">The filter's map.</param>
    /// <param name="vlan">The one 802.1Q tag that they carry; 0 = untagged.</param>
    internal static ulong[] TakeNamed(BpfMap sockets, BpfMap taken, int vlan)
    {
        BpfAssembler code = new();

        code.Move(R6, R1).Load(W, R7, R1, Data).Load(W, R8, R1, DataEnd);
        ReadEthernet(code, vlan);
        code.Store(DW, R10, Key, 0).Store(DW, R10, Key + 8, 0).Store(W, R10, KeyProtocol, 0)
            .JumpIfEqual(R3, Wire(0x0800), "ipv4")
            .JumpIfEqual(R3, Wire(0x86DD), "ipv6")
            .Jump("pass");
        ReadIpv4(code);
        ReadIpv6(code);
        ReadPort(code);
        LookUp(code, taken);
        Redirect(code.Label("take"), sockets);
        return code.Label("pass").Move(R0, (int)IfXdp.XDP_PASS).Exit().Assemble();
    }

    /// <summary>R3 becomes the type, R7 moves to the payload.</summary>
    private static void ReadEthernet(BpfAssembler code, int vlan)
    {
        if (vlan == 0)
        {
            Need(code, 14).Load(H, R3, R7, 12).Add(R7, 14);
            return;
        }

        Need(code, 18)
            .Load(H, R3, R7, 12).JumpIfNotEqual(R3, Wire(0x8100), "pass")
            .Load(H, R3, R7, 14).And(R3, Wire(0x0FFF)).JumpIfNotEqual(R3, Wire((ushort)vlan), "pass")
            .Load(H, R3, R7, 16).Add(R7, 18);
    }

    /// <summary>The key takes destination and protocol (R4), R7 moves behind the options. Fragments are the kernel's.</summary>
    private static void ReadIpv4(BpfAssembler code) => Need(code.Label("ipv4"), 20)
        .Load(H, R3, R7, 6).And(R3, Wire(0x3FFF)).JumpIfNotEqual(R3, 0, "pass")      // more fragments, or an offset
        .Load(B, R4, R7, 9).Store(B, R10, KeyProtocol, R4)
        .Load(W, R5, R7, 16).Store(W, R10, KeyIpv4, R5).Store(H, R10, KeyMapped, 0xFFFF)
        .Load(B, R3, R7, 0).And(R3, 0x0F).ShiftLeft(R3, 2).JumpIfLess(R3, 20, "pass")
        .Add(R7, R3).Jump("port");

    /// <summary>As for IPv4; packets with extension headers, fragments among them, name no port and are the kernel's.</summary>
    private static void ReadIpv6(BpfAssembler code) => Need(code.Label("ipv6"), 40)
        .Load(B, R4, R7, 6).Store(B, R10, KeyProtocol, R4)
        .JumpIfEqual(R4, 44, "pass")                                                    // IPv6-Frag (RFC 8200 section 4.5)
        .Load(DW, R5, R7, 24).Store(DW, R10, Key, R5)
        .Load(DW, R5, R7, 32).Store(DW, R10, Key + 8, R5)
        .Add(R7, 40);

    /// <summary>The destination port of TCP, UDP and SCTP and the payload type of GRE all lie two bytes in.</summary>
    private static void ReadPort(BpfAssembler code) => Need(code.Label("port")
        .JumpIfEqual(R4, 6, "ported").JumpIfEqual(R4, 17, "ported").JumpIfEqual(R4, 132, "ported").JumpIfEqual(R4, 47, "ported")
        .Jump("lookup").Label("ported"), 4)
        .Load(H, R3, R7, 2).Store(H, R10, KeyPort, R3);

    /// <summary>First this protocol and port, then the address as a whole.</summary>
    private static void LookUp(BpfAssembler code, BpfMap taken) => code.Label("lookup")
        .LoadMap(R1, taken).Move(R2, R10).Add(R2, Key).Call(BpfCall.BPF_FUNC_map_lookup_elem)
        .JumpIfNotEqual(R0, 0, "take")
        .Store(W, R10, KeyProtocol, 0)
        .LoadMap(R1, taken).Move(R2, R10).Add(R2, Key).Call(BpfCall.BPF_FUNC_map_lookup_elem)
        .JumpIfEqual(R0, 0, "pass");

    private static BpfAssembler Redirect(BpfAssembler code, BpfMap sockets) => code
        .Load(W, R2, R6, QueueIndex).LoadMap(R1, sockets).Move(R3, (int)IfXdp.XDP_PASS)
        .Call(BpfCall.BPF_FUNC_redirect_map).Exit();

    /// <summary>Leaves a packet to the kernel that ends before so many bytes behind R7; the verifier asks for it.</summary>
    private static BpfAssembler Need(BpfAssembler code, int bytes) => code.Move(R2, R7).Add(R2, bytes).JumpIfGreater(R2, R8, "pass");

    /// <summary>A 16-bit number as a load from the wire sees it.</summary>
    private static int Wire(ushort value) => (ushort)System.Net.IPAddress.HostToNetworkOrder((short)value);
}
