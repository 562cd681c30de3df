using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// One client's packets, both ways, until it has no more to bring. Those that it brings too fast wait with it; those that it reads too
/// slowly are lost, and counted.
/// </summary>
internal sealed class PacketExchange(DataPlane dataPlane, int perSecond)
{
    // The longest that a guest's question waits here.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(5);

    /// <summary>Packets that the client has brought.</summary>
    public long Brought { get; private set; }

    public async Task RunAsync(
        IAsyncStreamReader<V1.PacketOut> requests, IServerStreamWriter<V1.PacketIn> responses, ServerCallContext context, CancellationToken stop)
    {
        using PacketTrap trap = dataPlane.Trap();

        // By them the client knows that from here on packets are set aside for it.
        await context.WriteResponseHeadersAsync([]);

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task bringing = BringAsync(requests, end.Token), taking = TakeAsync(trap, responses, end.Token);

        try
        {
            await Task.WhenAny(bringing, taking).Unwrap();
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(bringing, taking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task BringAsync(IAsyncStreamReader<V1.PacketOut> requests, CancellationToken stop)
    {
        var pace = new Pace(perSecond, TimeProvider.System);

        while (await requests.MoveNext(stop))
        {
            await pace.WaitAsync(stop);
            Bring(requests.Current);
            Brought++;
        }
    }

    private void Bring(V1.PacketOut packet)
    {
        try
        {
            var vif = new VifId(packet.Interface);

            // With no room for it now it is as lost as on a wire.
            _ = packet.Inject ? dataPlane.Inject(vif, packet.Packet.Span) : dataPlane.Send(vif, packet.Packet.Span);
        }
        catch (ArgumentException e)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, e.Message));
        }
    }

    private static async Task TakeAsync(PacketTrap trap, IServerStreamWriter<V1.PacketIn> responses, CancellationToken stop)
    {
        while (true)
        {
            while (trap.Read() is { } packet)
            {
                await responses.WriteAsync(MessageOf(packet), stop);
            }

            await Task.Delay(s_look, stop);
        }
    }

    private static V1.PacketIn MessageOf(TrappedPacket packet) => new()
    {
        Interface = packet.Vif.Value,
        Packet = UnsafeByteOperations.UnsafeWrap(packet.Packet),
        Reason = packet.Reason.ToString(),
        Time = Timestamp.FromDateTimeOffset(packet.Time),
        Lost = (ulong)packet.Lost,
    };
}
