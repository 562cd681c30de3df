using System.Globalization;
using System.Text;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>What a pod sends over TCP: a head of HTTP/1.0 (RFC 1945), then a payload.</summary>
internal sealed class HttpMessage
{
    /// <summary>Fields of an answer: which pod gives it, and the address that it takes the client by.</summary>
    public const string Server = "X-Pod", Client = "X-Client";

    private readonly byte[] _head;
    private readonly Payload _body;

    private HttpMessage(string head, Payload body)
    {
        _head = Encoding.ASCII.GetBytes(head);
        _body = body;
    }

    /// <summary>Bytes of head and payload.</summary>
    public long Length => _head.Length + _body.Length;

    /// <summary>Asks for a payload.</summary>
    public static HttpMessage Request(Payload wanted) =>
        new(string.Create(CultureInfo.InvariantCulture, $"GET /{wanted.Seed}/{wanted.Length} HTTP/1.0\r\n\r\n"), default);

    /// <summary>The answer to the head of a request: the payload that it names, and who gives it to whom.</summary>
    public static HttpMessage AnswerTo(string request, string server, string client)
    {
        string[] path = request.Split(' ', '/');

        if (path.Length < 5
            || !ulong.TryParse(path[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            || !long.TryParse(path[3], NumberStyles.None, CultureInfo.InvariantCulture, out long length))
        {
            return new HttpMessage("HTTP/1.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n", default);
        }

        return new HttpMessage(
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.0 200 OK\r\n{Server}: {server}\r\n{Client}: {client}\r\nContent-Length: {length}\r\n\r\n"),
            new Payload(seed, length));
    }

    /// <summary>Fills <paramref name="bytes"/> with what lies at <paramref name="offset"/>, as far as the message goes; says how much.</summary>
    public int CopyTo(long offset, Span<byte> bytes)
    {
        bytes = bytes[..(int)Math.Min(bytes.Length, Length - offset)];
        int copied = 0;

        if (offset < _head.Length)
        {
            copied = Math.Min(bytes.Length, _head.Length - (int)offset);
            _head.AsSpan((int)offset, copied).CopyTo(bytes);
        }

        _body.CopyTo(offset + copied - _head.Length, bytes[copied..]);
        return bytes.Length;
    }
}
