using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// Methods of the contract with requests that are checked as they are read: bytes that are no message end the call as INTERNAL, as gRPC
/// asks for (Status codes and their use in gRPC), and are no defect of the server.
/// </summary>
internal static class ContractMethod
{
    /// <summary>The method that the contract has under this name.</summary>
    public static Method<TRequest, TResponse> Of<TRequest, TResponse>(ServiceDescriptor service, string name)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        Of<TRequest, TResponse>(service, name, MarshallerOf<TResponse>());

    /// <summary>The same with responses that are messages already encoded.</summary>
    public static Method<TRequest, TResponse> Of<TRequest, TResponse>(ServiceDescriptor service, string name, Marshaller<TResponse> responses)
        where TRequest : class, IMessage<TRequest>, new() =>
        new(TypeOf(service.FindMethodByName(name)), service.FullName, name, MarshallerOf<TRequest>(), responses);

    private static MethodType TypeOf(MethodDescriptor method) => (method.IsClientStreaming, method.IsServerStreaming) switch
    {
        (true, true) => MethodType.DuplexStreaming,
        (true, false) => MethodType.ClientStreaming,
        (false, true) => MethodType.ServerStreaming,
        _ => MethodType.Unary,
    };

    private static Marshaller<T> MarshallerOf<T>() where T : class, IMessage<T>, new()
    {
        var parser = new MessageParser<T>(() => new T());
        return new Marshaller<T>(Write, context => Read(parser, context));
    }

    private static void Write<T>(T message, SerializationContext context) where T : IMessage<T>
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private static T Read<T>(MessageParser<T> parser, DeserializationContext context) where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(context.PayloadAsReadOnlySequence());
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"not a {typeof(T).Name}: {e.Message}"));
        }
    }
}
