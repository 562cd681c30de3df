using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>
/// Two pods of one node: the second on a TAP; the first on a TAP as well, or behind a veth whose other end our vRouter reads by
/// AF_XDP. There the pod's kernel finishes checksums itself: AF_XDP could not tell that they are missing.
/// </summary>
[TestFixture(true)]
[TestFixture(false)]
internal sealed class LocalPodsTests(bool isAfXdp)
{
    private const long Bytes = 200_000_000;
    private const string FirstMac = "02:00:00:00:01:01";
    private const string SecondMac = "02:00:00:00:01:02";

    private NetworkLab _lab = null!;
    private Node _node = null!;
    private Machine _first = null!;
    private Machine _second = null!;

    private PortSpec FirstPort => isAfXdp ? new AfXdpSpec("pod0") : new TapSpec("eth0") { NetworkNamespace = _first.Name };

    [SetUp]
    public void Build()
    {
        _lab = new NetworkLab();
        _first = new Machine(_lab, "pod1");
        _second = new Machine(_lab, "pod2");
        _node = new Node(_lab, new Machine(_lab, "node"));

        if (isAfXdp)
        {
            _lab.Connect(_node.Machine.Namespace, "pod0", _first.Namespace, "eth0");
        }

        _node.Apply(new Transaction
        {
            Vrfs = { new Vrf(new VrfId(1)) { ForwardingMode = ForwardingMode.L3 } },
            Vifs =
            {
                Node.TenantVif(2, FirstMac, 16, FirstPort, "10.0.0.1", "fd00::1"),
                Node.TapVif(3, _second, SecondMac, 17, "10.0.0.2", "fd00::2"),
            },
        });

        Node.ConfigurePod(_first, FirstMac, "10.0.0.1/24", "fd00::1/64");
        Node.ConfigurePod(_second, SecondMac, "10.0.0.2/24", "fd00::2/64");
    }

    [TearDown]
    public void TearDown() => _lab?.Dispose();

    [Test]
    public void AnswersPingsBothWays()
    {
        _first.AssertReaches("10.0.0.2", payload: 1400);
        _second.AssertReaches("10.0.0.1", payload: 1400);
        _first.AssertReaches("fd00::2", payload: 1400);
        _second.AssertReaches("fd00::1", payload: 1400);
        _first.AssertReaches("10.0.0.254");
        _node.AssertBalanced();
    }

    [Test]
    public void CarriesTcpBothWays()
    {
        TcpTransfer.Run(_first, _second, "10.0.0.2", Bytes);
        TcpTransfer.Run(_second, _first, "10.0.0.1", Bytes);
        _node.AssertBalanced();
    }
}
