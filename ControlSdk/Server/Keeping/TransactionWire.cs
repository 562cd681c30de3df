using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// A transaction as the bytes of a vrouter.v1.ApplyRequest, object by object: a message field that comes again is merged with what there is of
/// it (protobuf's encoding, "last one wins"), so that no request of all objects is ever made.
/// </summary>
internal sealed class TransactionWire
{
    private static readonly Dictionary<MessageDescriptor, int> s_fields =
        V1.Config.Descriptor.Fields.InDeclarationOrder().ToDictionary(field => field.MessageType, field => field.FieldNumber);

    private readonly V1.Route _route = new();

    /// <summary>Writes a transaction.</summary>
    public void Write(Transaction transaction, IBufferWriter<byte> to)
    {
        foreach (ObjectKey key in transaction.Deletes)
        {
            WriteDelete(ObjectKeyTranslation.Write(key)!, to);
        }

        foreach (IMessage item in ConfigTranslation.WriteObjects(transaction, routes: false))
        {
            WriteUpsert(item, to);
        }

        foreach (Route route in transaction.Routes)
        {
            RouteTranslation.Write(route, _route);
            WriteUpsert(_route, to);
        }
    }

    /// <summary>Adds what was written to a transaction.</summary>
    public static void Read(ReadOnlySpan<byte> bytes, Transaction transaction, List<V1.Problem> problems)
    {
        V1.ApplyRequest request = V1.ApplyRequest.Parser.ParseFrom(bytes);

        if (request.Upsert is not null)
        {
            ConfigTranslation.Read(request.Upsert, transaction, problems);
        }

        ConfigTranslation.Read(request.Delete, transaction, problems);
    }

    private static void WriteUpsert(IMessage item, IBufferWriter<byte> to)
    {
        int size = item.CalculateSize();
        WriteHead(V1.ApplyRequest.UpsertFieldNumber, HeadLength(size) + size, to);
        WriteHead(s_fields[item.Descriptor], size, to);
        item.WriteTo(to);
    }

    private static void WriteDelete(V1.ObjectKey key, IBufferWriter<byte> to)
    {
        WriteHead(V1.ApplyRequest.DeleteFieldNumber, key.CalculateSize(), to);
        key.WriteTo(to);
    }

    // Fields up to 15, as all of these are, have a tag of one byte.
    private static int HeadLength(int size) => 1 + CodedOutputStream.ComputeLengthSize(size);

    private static void WriteHead(int field, int size, IBufferWriter<byte> to)
    {
        int length = HeadLength(size);
        Span<byte> head = to.GetSpan(length);
        head[0] = (byte)WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited);

        for (int i = 1; i < length; i++, size >>= 7)
        {
            head[i] = (byte)(i < length - 1 ? size | 0x80 : size);
        }

        to.Advance(length);
    }
}
