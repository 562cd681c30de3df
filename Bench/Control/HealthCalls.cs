using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using VRouter.ControlSdk;

namespace VRouter.Bench.Control;

/// <summary>Asks a server for its health, over one connection.</summary>
internal sealed class HealthCalls(string address) : IDisposable
{
    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> s_check = new(MethodType.Unary, "grpc.health.v1.Health", "Check", s_bytes, s_bytes);

    private readonly GrpcChannel _channel = ControlChannel.Open(address);

    /// <summary>Calls a second, so many of them at a time.</summary>
    public async Task<double> MeasureAsync(int atATime, double seconds)
    {
        CallInvoker invoker = _channel.CreateCallInvoker();
        long start = Stopwatch.GetTimestamp();
        int[] calls = await Task.WhenAll(Enumerable.Range(0, atATime).Select(_ => CallAsync()));
        return calls.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;

        async Task<int> CallAsync()
        {
            for (int done = 0; ; done++)
            {
                if (Stopwatch.GetElapsedTime(start).TotalSeconds >= seconds)
                {
                    return done;
                }

                await invoker.AsyncUnaryCall(s_check, host: null, new CallOptions(), []);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();
}
