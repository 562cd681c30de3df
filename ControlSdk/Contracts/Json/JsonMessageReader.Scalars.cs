using System.Globalization;
using System.Text.Json;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace VRouter.ControlSdk;

internal ref partial struct JsonMessageReader
{
    private string? ReadString()
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            NoteType("a string");
            return null;
        }

        try
        {
            return _reader.GetString();
        }
        catch (InvalidOperationException)
        {
            Note("is not valid Unicode text");
            return null;
        }
    }

    /// <summary>A number, or, as proto3 JSON allows, a number in quotes.</summary>
    private uint? ReadUInt32()
    {
        if (_reader.TokenType == JsonTokenType.Number)
        {
            // 1.0 and 1e3 are integers to proto3 JSON.
            if (_reader.TryGetUInt32(out uint plain) || (_reader.TryGetDecimal(out decimal number) && TryConvert(number, out plain)))
            {
                return plain;
            }
        }
        else if (_reader.TokenType != JsonTokenType.String)
        {
            NoteType("a number");
            return null;
        }
        else if (ReadString() is { } text && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint quoted))
        {
            return quoted;
        }

        Note($"{Quote(_reader.ValueSpan)} is not a whole number from 0 to {uint.MaxValue}");
        return null;
    }

    private static bool TryConvert(decimal number, out uint whole)
    {
        bool fits = number is >= 0 and <= uint.MaxValue && decimal.IsInteger(number);
        whole = fits ? (uint)number : 0;

        return fits;
    }

    private bool? ReadBool()
    {
        if (_reader.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            return _reader.TokenType == JsonTokenType.True;
        }

        NoteType("true or false");
        return null;
    }

    /// <summary>A name, or, as proto3 JSON allows, a number. What the contract does not name is refused.</summary>
    private int? ReadEnum(EnumDescriptor type)
    {
        EnumValueDescriptor? value = _reader.TokenType switch
        {
            JsonTokenType.String => ReadString() is { } name ? type.FindValueByName(name) : null,
            JsonTokenType.Number => _reader.TryGetInt32(out int number) ? type.FindValueByNumber(number) : null,
            _ => null,
        };

        if (value is null)
        {
            Note($"{Quote(_reader.ValueSpan)} is none of {string.Join(", ", type.Values.Select(known => known.Name))}");
        }

        return value?.Number;
    }

    private Duration? ReadDuration()
    {
        if (ReadString() is not { } text)
        {
            return null;
        }

        if (DurationText.TryParse(text, out Duration duration))
        {
            return duration;
        }

        Note($"{Quote(_reader.ValueSpan)} is not a duration such as \"1.5s\"");
        return null;
    }
}
