using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace VRouter.ControlSdk;

/// <summary>A field of a message as JSON knows it: by its JSON name, or by its name in the contract.</summary>
internal sealed class FieldShape(FieldDescriptor descriptor, int index)
{
    private readonly Lazy<MessageShape> _message = new(() => MessageShape.Of(descriptor.MessageType));

    public FieldDescriptor Descriptor => descriptor;

    /// <summary>Its place among the fields of the message.</summary>
    public int Index => index;

    public byte[] JsonName { get; } = Encoding.UTF8.GetBytes(descriptor.JsonName);

    public byte[] Name { get; } = Encoding.UTF8.GetBytes(descriptor.Name);

    /// <summary>The shape of what a message field holds.</summary>
    public MessageShape Message => _message.Value;

    /// <summary>Whether the message has this field, or another one that excludes it.</summary>
    public bool IsExcluded(IMessage message) =>
        descriptor.RealContainingOneof is { } oneof && oneof.Accessor.GetCaseFieldDescriptor(message) is not null;
}
