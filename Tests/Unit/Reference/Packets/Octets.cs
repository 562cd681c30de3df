using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Numbers and addresses as they are on the wire.</summary>
internal static class Octets
{
    public static byte[] Of16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] Of32(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    public static byte[] Of(MacAddress mac) => [.. Of16((int)(mac.Value >> 32)), .. Of32((uint)mac.Value)];

    public static byte[] Of(IpAddress address)
    {
        byte[] octets = new byte[address.IsIpv6 ? 16 : 4];
        address.CopyTo(octets);
        return octets;
    }

    public static ushort Read16(byte[] bytes, int offset) => (ushort)(bytes[offset] << 8 | bytes[offset + 1]);

    public static uint Read32(byte[] bytes, int offset) => (uint)Read16(bytes, offset) << 16 | Read16(bytes, offset + 2);

    public static MacAddress ReadMac(byte[] bytes, int offset) => MacAddress.FromBytes(bytes.AsSpan(offset, 6));

    /// <summary>A copy with other bytes at a place.</summary>
    public static byte[] With(byte[] bytes, int offset, params byte[] others) => [.. bytes[..offset], .. others, .. bytes[(offset + others.Length)..]];
}
