using System.Collections;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace VRouter.ControlSdk;

/// <summary>
/// Reads one message out of proto3 JSON, led by its descriptor. A mistake in a value is noted and the rest is read on; what is
/// not JSON at all ends the reading. Google's parser says neither where nor in which field, and stops at the first mistake.
/// </summary>
internal ref partial struct JsonMessageReader
{
    private const int MaxProblems = 100;

    private readonly ReadOnlySpan<byte> _text;
    private readonly JsonPath _path = new();
    private readonly List<string> _problems = [];
    private Utf8JsonReader _reader;

    public JsonMessageReader(ReadOnlySpan<byte> text)
    {
        _text = text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
        _reader = new Utf8JsonReader(_text);
    }

    public void ReadRoot(IMessage message)
    {
        try
        {
            _reader.Read();
            ReadMessage(message, MessageShape.Of(message.Descriptor));
            _reader.Read();
        }
        catch (JsonException e)
        {
            NoteSyntax(e);
        }

        if (_problems.Count > 0)
        {
            throw new JsonContractException(_problems);
        }
    }

    private void ReadMessage(IMessage message, MessageShape shape)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            NoteType("an object");
            return;
        }

        ulong seen = 0;
        int likely = 0;

        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            if (shape.Find(ref _reader, likely) is not { } field)
            {
                PassOverUnknownField();
                continue;
            }

            likely = field.Index + 1;
            _path.Enter(field.Descriptor.JsonName);
            ReadProperty(message, field, isTwice: (seen >> field.Index & 1) != 0);
            _path.Leave();
            seen |= 1ul << field.Index;
        }
    }

    private void ReadProperty(IMessage message, FieldShape field, bool isTwice)
    {
        bool isExcluded = !isTwice && field.IsExcluded(message);

        if (isTwice || isExcluded)
        {
            Note(isTwice ? "is there twice" : "excludes another field that is there");
            PassOverValue();
            return;
        }

        _reader.Read();

        if (_reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (field.Descriptor.IsRepeated)
        {
            ReadList((IList)field.Descriptor.Accessor.GetValue(message), field);
        }
        else if (ReadValue(field) is { } value)
        {
            field.Descriptor.Accessor.SetValue(message, value);
        }
    }

    private void ReadList(IList list, FieldShape field)
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            NoteType("an array");
            return;
        }

        for (int i = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; i++)
        {
            _path.SetIndex(i);

            if (ReadValue(field) is { } value)
            {
                list.Add(value);
            }
        }
    }

    private object? ReadValue(FieldShape field) => field.Descriptor.FieldType switch
    {
        FieldType.String => ReadString(),
        FieldType.UInt32 => ReadUInt32(),
        FieldType.Bool => ReadBool(),
        FieldType.Enum => ReadEnum(field.Descriptor.EnumType),
        FieldType.Message when field.Descriptor.MessageType == Duration.Descriptor => ReadDuration(),
        FieldType.Message => ReadNested(field.Message),
        var type => throw new NotSupportedException($"no Config has a field of type {type}"),
    };

    private IMessage ReadNested(MessageShape shape)
    {
        IMessage nested = shape.Make();
        ReadMessage(nested, shape);

        return nested;
    }

    private void PassOverUnknownField()
    {
        Note($"has no field {Quote(_reader.ValueSpan)}");
        PassOverValue();
    }

    private void PassOverValue()
    {
        _reader.Read();
        _reader.Skip();
    }
}
