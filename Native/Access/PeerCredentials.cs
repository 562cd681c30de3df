using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>Who is at the other end of a Unix socket, as the kernel noted it when the connection was made (unix(7)).</summary>
/// <param name="Process">Its process id, in our process-id namespace; 0 = from outside of it.</param>
/// <param name="User">Its effective user id.</param>
/// <param name="Groups">Its effective group id and its supplementary ones.</param>
public sealed record PeerCredentials(int Process, uint User, IReadOnlyList<uint> Groups)
{
    private const int SOL_SOCKET = 1;
    private const int SO_PEERCRED = 17;
    private const int SO_PEERGROUPS = 59;
    private const int NGROUPS_MAX = 65536;

    /// <summary>The effective user id of this process.</summary>
    public static uint OwnUser => Libc.geteuid();

    /// <summary>Asks the kernel for the peer of a connected Unix socket.</summary>
    public static PeerCredentials Of(Socket socket)
    {
        // struct ucred, sys/socket.h: pid, uid, gid.
        Span<byte> ucred = stackalloc byte[3 * sizeof(uint)];
        socket.GetRawSocketOption(SOL_SOCKET, SO_PEERCRED, ucred);
        ReadOnlySpan<uint> ids = MemoryMarshal.Cast<byte, uint>(ucred);

        return new PeerCredentials((int)ids[0], ids[1], [ids[2], .. SupplementaryGroups(socket)]);
    }

    private static uint[] SupplementaryGroups(Socket socket)
    {
        byte[] groups = ArrayPool<byte>.Shared.Rent(NGROUPS_MAX * sizeof(uint));

        try
        {
            int length = socket.GetRawSocketOption(SOL_SOCKET, SO_PEERGROUPS, groups);
            return MemoryMarshal.Cast<byte, uint>(groups.AsSpan(0, length)).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(groups);
        }
    }
}
