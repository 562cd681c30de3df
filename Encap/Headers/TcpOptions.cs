namespace VRouter.Encap;

/// <summary>Walks the options of a TCP header, RFC 9293 section 3.1; stops at the end or at the first that is malformed.</summary>
public ref struct TcpOptions(Span<byte> options)
{
    /// <summary>Option kind: end of the list.</summary>
    public const byte End = 0;

    /// <summary>Option kind: padding of one byte.</summary>
    public const byte NoOperation = 1;

    /// <summary>Option kind: maximum segment size (RFC 9293 section 3.7.1).</summary>
    public const byte MaximumSegmentSize = 2;

    private readonly Span<byte> _options = options;
    private int _next;

    /// <summary>The kind of the option that was reached.</summary>
    public byte Kind { get; private set; }

    /// <summary>Where its value lies, counted from the first option's first byte; any alignment.</summary>
    public int ValueOffset { get; private set; }

    /// <summary>Its value, without kind and length.</summary>
    public readonly Span<byte> Value => _options[ValueOffset.._next];

    /// <summary>Goes to the next option that has a length.</summary>
    public bool MoveNext()
    {
        while (_next < _options.Length && _options[_next] == NoOperation)
        {
            _next++;
        }

        if (_next + 1 >= _options.Length || _options[_next] == End)
        {
            return false;
        }

        int length = _options[_next + 1];

        if (length < 2 || length > _options.Length - _next)
        {
            return false;
        }

        Kind = _options[_next];
        ValueOffset = _next + 2;
        _next += length;
        return true;
    }
}
