using System.Threading.Channels;
using NUnit.Framework;
using VRouter.ControlSdk;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>A desired state that runs against a server of ours.</summary>
internal sealed class DesiredStateTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private Channel<DesiredStateReport> _reports = null!;
    private ServedDataPlane _served = null!;
    private VRouterClient _client = null!;
    private DesiredState _desired = null!;
    private CancellationTokenSource _stop = null!;
    private Task _running = null!;

    [SetUp]
    public async Task Run()
    {
        _served = await ServedDataPlane.StartAsync();
        _client = new VRouterClient(_served.Address);
        _reports = Channel.CreateUnbounded<DesiredStateReport>();
        _desired = new DesiredState(_client);
        _desired.Reported += report => _reports.Writer.TryWrite(report);
        _stop = new CancellationTokenSource();
        _running = _desired.RunAsync(_stop.Token);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _stop.CancelAsync();
        await Assert.ThatAsync(() => _running, Throws.InstanceOf<OperationCanceledException>());
        _stop.Dispose();
        _client.Dispose();
        await _served.DisposeAsync();
    }

    [Test]
    public async Task BringsAVRouterWhereItIsWanted()
    {
        await _desired.SetAsync(SampleState.Node()).WaitAsync(s_patience);

        Assert.That(RouteCount, Is.EqualTo(1));
        Assert.That((await ReportAsync()).Changes, Is.EqualTo(6));
    }

    [Test]
    public async Task BringsOnlyWhatIsOther()
    {
        await _desired.SetAsync(SampleState.Node()).WaitAsync(s_patience);
        V1.Config other = SampleState.Node();
        other.Routes.Add(SampleState.Route(1));
        other.Vnis.Clear();

        await _desired.SetAsync(other).WaitAsync(s_patience);

        Assert.That((RouteCount, _served.DataPlane.Export().Vnis.Count), Is.EqualTo((2, 0)));
        Assert.That(_served.Log, Has.Some.Contains("Apply made generation").And.Contain("1 added, 0 changed, 1 removed"));
    }

    [Test]
    public async Task SaysWhatARefusedStateIsRefusedFor()
    {
        RefusedException refused = (await Assert.ThrowsAsync<RefusedException>(() => _desired.SetAsync(SampleState.Routes(0, 1).Upsert).WaitAsync(s_patience)))!;
        Assert.That(refused.Problems, Has.Count.EqualTo(2));

        await _desired.SetAsync(SampleState.Node()).WaitAsync(s_patience);
        Assert.That(RouteCount, Is.EqualTo(1));
    }

    [Test]
    public async Task BringsARestartedVRouterThereAgain()
    {
        await _desired.SetAsync(SampleState.Node()).WaitAsync(s_patience);

        await _served.RestartAsync();

        Assert.That(() => RouteCount, Is.EqualTo(1).After(20_000, 20));
    }

    [Test]
    public async Task PutsRightWhatSomebodyElseHasChanged()
    {
        await _desired.SetAsync(SampleState.Node()).WaitAsync(s_patience);

        await _served.Control.ApplyAsync(new V1.ApplyRequest { Delete = { new V1.ObjectKey { Route = new V1.RouteKey { Vrf = 1, Prefix = "10.1.0.0/24" } } } });

        while ((await ReportAsync()).Changes != 1)
        {
            // Its own first one, and one of which it could not tell whether it was its own.
        }

        Assert.That(RouteCount, Is.EqualTo(1));
    }

    private int RouteCount => _served.DataPlane.Export().Routes.Count;

    private async Task<DesiredStateReport> ReportAsync() => await _reports.Reader.ReadAsync().AsTask().WaitAsync(s_patience);
}
