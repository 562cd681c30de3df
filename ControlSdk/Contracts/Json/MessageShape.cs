using System.Collections.Concurrent;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace VRouter.ControlSdk;

/// <summary>A kind of message as JSON knows it, derived once from the contract's descriptor.</summary>
internal sealed class MessageShape
{
    private static readonly ConcurrentDictionary<MessageDescriptor, MessageShape> s_shapes = [];

    private readonly MessageDescriptor _descriptor;
    private readonly FieldShape[] _fields;

    private MessageShape(MessageDescriptor descriptor)
    {
        _descriptor = descriptor;
        _fields = [.. descriptor.Fields.InFieldNumberOrder().Select((field, index) => new FieldShape(field, index))];
    }

    public static MessageShape Of(MessageDescriptor descriptor) => s_shapes.GetOrAdd(descriptor, d => new MessageShape(d));

    public IMessage Make() => (IMessage)Activator.CreateInstance(_descriptor.ClrType)!;

    /// <summary>The field that the property name under <paramref name="reader"/> means. Writers keep an order, so the search starts where it likely is.</summary>
    public FieldShape? Find(ref Utf8JsonReader reader, int likely)
    {
        for (int i = 0; i < _fields.Length; i++)
        {
            FieldShape field = _fields[(likely + i) % _fields.Length];

            if (reader.ValueTextEquals(field.JsonName) || reader.ValueTextEquals(field.Name))
            {
                return field;
            }
        }

        return null;
    }
}
