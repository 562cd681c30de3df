using Google.Protobuf;
using Grpc.Core;

namespace VRouter.Tests.Programs.Control.Interop;

/// <summary>The server's side of gRPC's interoperability list, behind the doors of a control server.</summary>
internal sealed class InteropService : TestService.TestServiceBase
{
    private const string Initial = "x-grpc-test-echo-initial", Trailing = "x-grpc-test-echo-trailing-bin";

    public override Task<Empty> EmptyCall(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

    public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
    {
        DemandCompression(request.ExpectCompressed, context);
        await EchoMetadataAsync(context, request.ResponseCompressed is { Value: true });
        EchoStatus(request.ResponseStatus);
        return new SimpleResponse { Payload = Zeros(request.ResponseSize) };
    }

    public override async Task StreamingOutputCall(StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responses, ServerCallContext context)
    {
        await EchoMetadataAsync(context, request.ResponseParameters.Any(one => one.Compressed is { Value: true }));
        await AnswerAsync(request, responses, context.CancellationToken);
    }

    public override async Task<StreamingInputCallResponse> StreamingInputCall(IAsyncStreamReader<StreamingInputCallRequest> requests, ServerCallContext context)
    {
        int size = 0;

        await foreach (StreamingInputCallRequest request in requests.ReadAllAsync(context.CancellationToken))
        {
            DemandCompression(request.ExpectCompressed, context);
            size += request.Payload.Body.Length;
        }

        return new StreamingInputCallResponse { AggregatedPayloadSize = size };
    }

    public override async Task FullDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requests, IServerStreamWriter<StreamingOutputCallResponse> responses, ServerCallContext context)
    {
        await EchoMetadataAsync(context, compresses: false);

        await foreach (StreamingOutputCallRequest request in requests.ReadAllAsync(context.CancellationToken))
        {
            EchoStatus(request.ResponseStatus);
            await AnswerAsync(request, responses, context.CancellationToken);
        }
    }

    private static async Task AnswerAsync(StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responses, CancellationToken stop)
    {
        foreach (ResponseParameters one in request.ResponseParameters)
        {
            responses.WriteOptions = one.Compressed is { Value: false } ? new WriteOptions(WriteFlags.NoCompress) : null;
            await responses.WriteAsync(new StreamingOutputCallResponse { Payload = Zeros(one.Size) }, stop);
        }
    }

    private static async Task EchoMetadataAsync(ServerCallContext context, bool compresses)
    {
        Metadata headers = [.. context.RequestHeaders.Where(entry => entry.Key == Initial)];

        if (compresses)
        {
            headers.Add("grpc-internal-encoding-request", "gzip");
        }

        await context.WriteResponseHeadersAsync(headers);
        context.RequestHeaders.Where(entry => entry.Key == Trailing).ToList().ForEach(context.ResponseTrailers.Add);
    }

    // gRPC keeps its own headers to itself.
    private static void DemandCompression(BoolValue? expected, ServerCallContext context)
    {
        string encoding = context.GetHttpContext().Request.Headers["grpc-encoding"].ToString();

        if (expected is { Value: true } && encoding is "" or "identity")
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "it is not compressed"));
        }
    }

    private static void EchoStatus(EchoStatus? wanted)
    {
        if (wanted is { Code: not 0 })
        {
            throw new RpcException(new Status((StatusCode)wanted.Code, wanted.Message));
        }
    }

    private static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };
}
