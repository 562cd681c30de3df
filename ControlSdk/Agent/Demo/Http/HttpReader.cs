using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Reads what comes over TCP: the head, then the payload, of which it keeps the length and the hash.</summary>
internal sealed class HttpReader : IDisposable
{
    private const string EndOfHead = "\r\n\r\n";
    private const string ContentLength = "Content-Length";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly StringBuilder _head = new();
    private bool _hasHead;
    private long _expected = -1;

    /// <summary>The head, once it is there.</summary>
    public string Head => _hasHead ? _head.ToString() : "";

    /// <summary>Bytes of payload so far.</summary>
    public long BodyBytes { get; private set; }

    /// <summary>Whether everything that the head announces is there.</summary>
    public bool IsComplete => _hasHead && BodyBytes >= _expected;

    /// <summary>Takes the next bytes of the connection.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!_hasHead && bytes.Length > 0)
        {
            _head.Append((char)bytes[0]);
            bytes = bytes[1..];
            _hasHead = EndsHead();
        }

        if (_expected < 0 && _hasHead)
        {
            _expected = Field(ContentLength) is { Length: > 0 } length ? long.Parse(length, CultureInfo.InvariantCulture) : 0;
        }

        _hash.AppendData(bytes);
        BodyBytes += bytes.Length;
    }

    /// <summary>A field of the head; empty when it is not there.</summary>
    public string Field(string name)
    {
        string? line = Head.Split("\r\n").FirstOrDefault(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase));
        return line is null ? "" : line[(name.Length + 2)..];
    }

    /// <summary>The SHA-256 of the payload so far, in hexadecimal.</summary>
    public string Digest() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private bool EndsHead() =>
        _head.Length >= EndOfHead.Length && _head[^1] == '\n' && _head.ToString(_head.Length - EndOfHead.Length, EndOfHead.Length) == EndOfHead;
}
