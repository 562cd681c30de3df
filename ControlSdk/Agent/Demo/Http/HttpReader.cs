using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Reads what comes over TCP: the head, then the payload, of which it keeps the length and the hash.</summary>
internal sealed class HttpReader : IDisposable
{
    private const string EndOfHead = "\r\n\r\n";
    private const string ContentLength = "Content-Length: ";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly StringBuilder _head = new();
    private bool _hasHead;
    private long _expected;

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

        _hash.AppendData(bytes);
        BodyBytes += bytes.Length;
    }

    /// <summary>The SHA-256 of the payload so far, in hexadecimal.</summary>
    public string Digest() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private bool EndsHead()
    {
        if (_head.Length < EndOfHead.Length || _head[^1] != '\n' || _head.ToString(_head.Length - EndOfHead.Length, EndOfHead.Length) != EndOfHead)
        {
            return false;
        }

        string head = _head.ToString();
        int length = head.IndexOf(ContentLength, StringComparison.OrdinalIgnoreCase);
        _expected = length < 0 ? 0 : long.Parse(head.AsSpan(length + ContentLength.Length).TrimEnd(), CultureInfo.InvariantCulture);
        return true;
    }
}
