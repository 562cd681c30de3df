using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>A data plane behind a control server on a Unix socket of its own, and a channel to it.</summary>
internal sealed class ServedDataPlane : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vrouter-control-");
    private readonly LogLines _log = new();

    private ServedDataPlane()
    {
    }

    public DataPlane DataPlane { get; private set; } = Make();

    public ControlServer Server { get; private set; } = null!;

    public GrpcChannel Channel { get; private set; } = null!;

    public V1.Control.ControlClient Control => new(Channel);

    public V1.Diagnostics.DiagnosticsClient Diagnostics => new(Channel);

    /// <summary>The path of the Unix socket.</summary>
    public string Socket => Path.Combine(_folder.FullName, "vrouter.sock");

    public string Address => $"unix://{Socket}";

    /// <summary>What the server has logged.</summary>
    public IReadOnlyList<string> Log => _log.Lines;

    public static async Task<ServedDataPlane> StartAsync(ControlLimits? limits = null)
    {
        var served = new ServedDataPlane();
        served.Server = await ControlServer.StartAsync(served.DataPlane, served.Options(limits ?? new ControlLimits()));
        served.Channel = ControlChannel.Open(served.Address);
        return served;
    }

    /// <summary>Asks again until it is so; that a call is refused meanwhile is no answer.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        long started = Stopwatch.GetTimestamp();

        while (!await TryAsync(isSo))
        {
            Assert.That(Stopwatch.GetElapsedTime(started).TotalSeconds, Is.LessThan(60), "it was not so for a minute");
            await Task.Delay(20);
        }
    }

    /// <summary>Stops everything and starts anew at the same place, with nothing configured.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    public async Task StopAsync()
    {
        await Server.DisposeAsync();
        DataPlane.Dispose();
    }

    public async Task StartAgainAsync()
    {
        DataPlane = Make();
        Server = await ControlServer.StartAsync(DataPlane, Options(new ControlLimits()));
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await Server.DisposeAsync();
        DataPlane.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<bool> TryAsync(Func<Task<bool>> isSo)
    {
        try
        {
            return await isSo();
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private static DataPlane Make() => new(new DataPlaneOptions { OpenPorts = false });

    private ControlServerOptions Options(ControlLimits limits) => new()
    {
        Listen = [ControlAddress.Parse(Address)],
        Limits = limits,
        Logging = LoggerFactory.Create(logging => logging.AddProvider(_log)),
    };
}
