using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The reference at the <see cref="Site"/>, and conversations whose packets it gets one by one.</summary>
internal sealed class ReferenceLab
{
    private readonly Talk _talk;

    public ReferenceLab(params Conversation[] conversations)
    {
        _talk = new Talk(conversations);
        Router.Apply(Site.Ground());
        Router.Apply(new Transaction { Routes = [.. Site.Routes()] });
    }

    public ReferenceRouter Router { get; } = new();

    /// <summary>The only flow.</summary>
    public ReferenceFlow Flow => Router.Flows.All.Single();

    /// <summary>A packet of the client, or what else the step says.</summary>
    public Outcome Send(PacketStep? step = null)
    {
        step ??= new PacketStep(0, IsBack: false);
        (uint vif, byte[] frame) = _talk.FrameOf(step);
        Outcome outcome = Router.Receive(new VifId(vif), frame)[0];

        if (outcome is { Reason: DropReason.None, Sent: [var delivered] })
        {
            _talk.Hear(step, delivered);
        }

        return outcome;
    }

    public Outcome Answer(PacketStep? step = null) => Send((step ?? new PacketStep(0, IsBack: true)) with { IsBack = true });

    public Outcome Send(TcpFlags flags, bool isBack = false, int shift = 0, int payload = 0) =>
        Send(new PacketStep(0, isBack) { Flags = flags, SequenceShift = shift, Payload = payload });

    /// <summary>Puts a tenant into a group of these rules.</summary>
    public void Govern(uint vif, params SecurityRule[] rules)
    {
        var group = new SecurityGroupId(100 + vif);
        Vif tenant = Router.State.FindVif(new VifId(vif))!;
        Router.Apply(new Transaction
        {
            SecurityGroups = [new SecurityGroup(group, "", [.. rules])],
            Vifs = [tenant with { SecurityGroups = [group] }],
        });
    }

    public static SecurityRule Allow(RuleDirection direction, string id = "") => new() { Id = id, Direction = direction };

    public static Conversation Udp(Party client, Party server) => new(client, server, IsIpv6: false, IpProtocol.Udp, 1000, 53);

    public static Conversation Tcp(Party client, Party server) => new(client, server, IsIpv6: false, IpProtocol.Tcp, 1000, 80);
}
