using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace VRouter.Tests.Programs.Control.BadInput;

/// <summary>A connection to a control server's Unix socket whose every byte is the test's: HTTP/2 by hand (RFC 9113).</summary>
internal sealed class RawConnection : IDisposable
{
    public const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    public const byte EndStream = 1, Ack = 1, EndHeaders = 4;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly NetworkStream _stream;

    private RawConnection(string path)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        _stream = new NetworkStream(_socket, ownsSocket: false);
    }

    /// <summary>Connects and says nothing.</summary>
    public static RawConnection Open(string path) => new(path);

    /// <summary>Connects, greets, and asks for headers that need no table to be read.</summary>
    public static async Task<RawConnection> GreetAsync(string path)
    {
        RawConnection connection = Open(path);
        await connection.SendAsync(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        await connection.SendFrameAsync(Settings, 0, 0, [0, 1, 0, 0, 0, 0]);
        return connection;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes);

    public Task SendFrameAsync(byte type, byte flags, int stream, ReadOnlySpan<byte> payload) => SendAsync(Frame(type, flags, stream, payload)).WaitAsync(s_patience);

    /// <summary>Begins a call: the headers that gRPC asks for, and others.</summary>
    public Task CallAsync(int stream, string method, params (string Name, string Value)[] others) => SendFrameAsync(Headers, EndHeaders, stream, HeaderBlock(
        [(":method", "POST"), (":scheme", "http"), (":path", method), (":authority", "localhost"), ("te", "trailers"), ("content-type", "application/grpc"), .. others]));

    /// <summary>Reads the next frame; null: the server has closed the connection.</summary>
    public async Task<(byte Type, byte Flags, int Stream, byte[] Payload)?> ReadFrameAsync()
    {
        using CancellationTokenSource limit = new(s_patience);
        byte[] head = new byte[9];

        try
        {
            await _stream.ReadExactlyAsync(head, limit.Token);
            byte[] payload = new byte[head[0] << 16 | head[1] << 8 | head[2]];
            await _stream.ReadExactlyAsync(payload, limit.Token);
            return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Reads until a call has ended and returns its "grpc-status"; without one its ":status" as "HTTP 415", or how the call was broken off.</summary>
    public async Task<string> ReadStatusAsync(int stream)
    {
        string http = "";

        while (await ReadFrameAsync() is { } frame)
        {
            if (frame.Type == GoAway)
            {
                return "GOAWAY";
            }

            if (frame.Stream != stream || frame.Type is not (Headers or ResetStream))
            {
                continue;
            }

            if (frame.Type == ResetStream)
            {
                return $"RST_STREAM {BinaryPrimitives.ReadInt32BigEndian(frame.Payload)}";
            }

            if (HeaderOf(frame.Payload, "grpc-status") is { } status)
            {
                return status;
            }

            http = HeaderOf(frame.Payload, ":status") ?? http;

            if ((frame.Flags & EndStream) != 0)
            {
                return $"HTTP {http}";
            }
        }

        return "closed";
    }

    /// <summary>Reads until the server has closed the connection; whether it has within the test's patience.</summary>
    public async Task<bool> IsClosedAsync()
    {
        try
        {
            while (await ReadFrameAsync() is not null)
            {
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Goes as a process does that is killed.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        byte[] frame = [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, 0, .. payload];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        return frame;
    }

    /// <summary>A message as gRPC frames it.</summary>
    public static byte[] Message(byte[] payload, byte flag = 0, uint? length = null)
    {
        byte[] message = [flag, 0, 0, 0, 0, .. payload];
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), length ?? (uint)payload.Length);
        return message;
    }

    // Literal fields without indexing, no Huffman code (RFC 7541 section 6.2.2); names and values shorter than 127 bytes.
    public static byte[] HeaderBlock(params (string Name, string Value)[] headers) =>
        [.. headers.SelectMany(header => (byte[])[0, .. Text(header.Name), .. Text(header.Value)])];

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    // The server uses no table that it was not allowed: what is not in the static one stands there in letters.
    private static string? HeaderOf(byte[] block, string name)
    {
        if (name == ":status")
        {
            // Static table 8 to 14: 200, 204, 206, 304, 400, 404, 500; else literal, its name by number.
            string[] common = ["200", "204", "206", "304", "400", "404", "500"];
            int at = block.Length > 0 && block[0] == 0x20 ? 1 : 0;
            return block[at] is >= 0x88 and <= 0x8E ? common[block[at] - 0x88] : Encoding.ASCII.GetString(block, at + 2, 3);
        }

        int found = block.AsSpan().IndexOf(Encoding.ASCII.GetBytes(name));
        return found < 0 ? null : Encoding.ASCII.GetString(block, found + name.Length + 1, block[found + name.Length]);
    }
}
