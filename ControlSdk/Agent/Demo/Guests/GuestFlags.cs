namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>The control bits of TCP that a guest knows (RFC 9293 section 3.1).</summary>
[Flags]
internal enum GuestFlags : byte
{
    None = 0,
    Fin = 0x01,
    Syn = 0x02,
    Rst = 0x04,
    Psh = 0x08,
    Ack = 0x10,
}
