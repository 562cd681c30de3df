using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VRouter.Flow;

/// <summary>The secret of a <see cref="FlowHasher"/>: 128 bits that nobody outside can know.</summary>
public readonly record struct FlowSeed(ulong High, ulong Low)
{
    /// <summary>A new secret.</summary>
    public static FlowSeed Random()
    {
        Span<byte> bytes = new byte[16];
        RandomNumberGenerator.Fill(bytes);
        return new FlowSeed(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
    }

    /// <summary>64 bytes of keys that tell nothing about the secret or each other.</summary>
    internal TKeys Expand<TKeys>(byte purpose) where TKeys : unmanaged
    {
        Span<byte> secret = stackalloc byte[17];
        BinaryPrimitives.WriteUInt64LittleEndian(secret, High);
        BinaryPrimitives.WriteUInt64LittleEndian(secret[8..], Low);
        secret[16] = purpose;

        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        _ = SHA512.HashData(secret, hash);
        return MemoryMarshal.Read<TKeys>(hash);
    }

    /// <summary>Secrets are not shown.</summary>
    public override string ToString() => nameof(FlowSeed);
}
