using System.Net.Sockets;

namespace VRouter.ControlSdk.Server;

/// <summary>The file of a Unix socket: for its owner and one group, from the first moment.</summary>
internal static class UnixSocketFile
{
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Binds a socket that nobody can connect to until it listens; by then the file is as it should be.</summary>
    /// <exception cref="IOException">Another process listens there, or the place cannot be written to.</exception>
    public static Socket Bind(ControlAddress address)
    {
        string path = address.Path!;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        RemoveLeftover(path);

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, OwnerAndGroup);

            if (address.Grants.Count > 0)
            {
                PeerNaming.GroupOf(address).Own(path);
            }

            return socket;
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e is SocketException ? new IOException($"{path}: {e.Message}", e) : e;
        }
    }

    /// <summary>A server that was killed leaves its file: where nobody listens any more it is in the way.</summary>
    private static void RemoveLeftover(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        if (!IsSocket(path))
        {
            throw new IOException($"{path}: is there, and is not a socket");
        }

        if (IsListening(path))
        {
            throw new IOException($"{path}: another process listens there");
        }

        File.Delete(path);
    }

    // open(2): ENXIO "the file is a UNIX domain socket".
    private static bool IsSocket(string path)
    {
        const int ENXIO = 6;

        try
        {
            File.OpenHandle(path).Dispose();
            return false;
        }
        catch (IOException e)
        {
            return e.HResult == ENXIO;
        }
    }

    private static bool IsListening(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
