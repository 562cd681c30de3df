using Google.Protobuf;
using Grpc.Core;

namespace VRouter.ControlSdk.Server;

/// <summary>An event of the contract in its encoded form: a resume token, then what the journal holds. A watcher has one, for all its events.</summary>
internal sealed class EventFrame
{
    private const int TokenHeader = 2;
    private const int FirstSize = 1024;

    private byte[] _bytes = new byte[FirstSize];
    private int _length;

    /// <summary>Writes what the frame holds to a call.</summary>
    public static Marshaller<EventFrame> Marshaller { get; } = new(
        (frame, context) => frame.Write(context),
        (DeserializationContext _) => throw new NotSupportedException("events go to clients only"));

    /// <summary>Holds an event as the journal has it, and the token that leads behind it.</summary>
    public void Set(ReadOnlySpan<byte> encoded, ResumeToken token)
    {
        Reserve(TokenHeader + ResumeToken.Length + encoded.Length);
        _bytes[0] = (byte)WireFormat.MakeTag(V1.Event.ResumeTokenFieldNumber, WireFormat.WireType.LengthDelimited);
        _bytes[1] = ResumeToken.Length;
        token.Write(_bytes.AsSpan(TokenHeader));
        encoded.CopyTo(_bytes.AsSpan(TokenHeader + ResumeToken.Length));
        _length = TokenHeader + ResumeToken.Length + encoded.Length;
    }

    /// <summary>Holds an event with no token of its own: before it a watch begins anew.</summary>
    public void Set(V1.Event item)
    {
        int size = item.CalculateSize();
        Reserve(size);
        item.WriteTo(_bytes.AsSpan(0, size));
        _length = size;
    }

    private void Reserve(int size)
    {
        if (_bytes.Length < size)
        {
            _bytes = new byte[Math.Max(size, 2 * _bytes.Length)];
        }
    }

    private void Write(SerializationContext context)
    {
        context.SetPayloadLength(_length);
        _bytes.AsSpan(0, _length).CopyTo(context.GetBufferWriter().GetSpan(_length));
        context.GetBufferWriter().Advance(_length);
        context.Complete();
    }
}
