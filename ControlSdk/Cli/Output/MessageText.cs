using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace VRouter.ControlSdk.Cli;

/// <summary>One object for people: a line a field that is set, named as in the contract; lists of messages a line each.</summary>
internal static class MessageText
{
    public static IEnumerable<string> Lines(IMessage message)
    {
        FieldDescriptor[] fields = [.. message.Descriptor.Fields.InFieldNumberOrder().Where(field => IsSet(message, field))];
        int width = fields.Select(field => field.Name.Length).DefaultIfEmpty().Max();
        return fields.SelectMany(field => Lines(message, field, width));
    }

    private static bool IsSet(IMessage message, FieldDescriptor field) => field.IsRepeated
        ? ((ICollection)field.Accessor.GetValue(message)).Count > 0
        : field.HasPresence ? field.Accessor.HasValue(message)
        : field.FieldType == FieldType.Enum || !IsDefault(field.Accessor.GetValue(message));

    private static bool IsDefault(object value) => value is 0u or 0ul or 0 or 0L or false or "";

    private static IEnumerable<string> Lines(IMessage message, FieldDescriptor field, int width)
    {
        string name = field.Name.PadRight(width);
        object value = field.Accessor.GetValue(message);

        if (!field.IsRepeated)
        {
            return [$"{name}  {TextOf(field, value)}"];
        }

        IEnumerable<string> items = ((IEnumerable)value).Cast<object>().Select(item => TextOf(field, item));

        return field.FieldType == FieldType.Message
            ? items.Select((item, i) => $"{(i == 0 ? name : new string(' ', width))}  {item}")
            : [$"{name}  {string.Join(", ", items)}"];
    }

    private static string TextOf(FieldDescriptor field, object value) => value switch
    {
        Enum => field.EnumType.FindValueByNumber((int)value)?.Name ?? ((int)value).ToString(CultureInfo.InvariantCulture),
        IMessage message => JsonContract.Format(message),
        bool truth => truth ? "yes" : "no",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
