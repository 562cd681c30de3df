using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.ControlSdk.V1;
using Config = VRouter.ControlSdk.V1.Config;

namespace VRouter.Tests.Unit.ControlSdk;

[TestFixture]
internal sealed class JsonContractTests
{
    [Test]
    public void ReadsEveryKindOfField()
    {
        ApplyRequest request = Parse<ApplyRequest>("""
            {
              "upsert": {
                "settings": { "virtualMac": "02:00:00:00:00:01", "flowTimeouts": { "udp": "1.5s" } },
                "vrfs": [ { "id": 1, "forwardingMode": "L3", "macLearning": true }, { "id": "2", "forwarding_mode": 2 }, { "id": 3.0e0 } ],
                "nextHops": [ { "id": 4, "tunnel": { "encapsulation": "VXLAN", "label": null } }, { "id": 5, "discard": {} } ]
              },
              "delete": [ { "route": { "vrf": 1, "prefix": "10.0.0.0/8" } } ],
              "validateOnly": true
            }
            """);

        Assert.That(request, Is.EqualTo(new ApplyRequest
        {
            Upsert = new Config
            {
                Settings = new Settings { VirtualMac = "02:00:00:00:00:01", FlowTimeouts = new FlowTimeouts { Udp = new Duration { Seconds = 1, Nanos = 500_000_000 } } },
                Vrfs =
                {
                    new Vrf { Id = 1, ForwardingMode = Vrf.Types.ForwardingMode.L3, MacLearning = true },
                    new Vrf { Id = 2, ForwardingMode = Vrf.Types.ForwardingMode.L2 },
                    new Vrf { Id = 3 },
                },
                NextHops =
                {
                    new NextHop { Id = 4, Tunnel = new NextHop.Types.Tunnel { Encapsulation = Encapsulation.Vxlan } },
                    new NextHop { Id = 5, Discard = new NextHop.Types.Discard() },
                },
            },
            Delete = { new ObjectKey { Route = new RouteKey { Vrf = 1, Prefix = "10.0.0.0/8" } } },
            ValidateOnly = true,
        }));
    }

    [TestCase("", "line 1, column 1: not JSON: The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true")]
    [TestCase("[]", "line 1, column 1: expected an object, found an array")]
    [TestCase("{} x", "line 1, column 4: not JSON: 'x' is invalid after a single JSON value. Expected end of data")]
    [TestCase("{\n  \"vrfs\": [ { \"id\": 1 }, ]\n}", "line 2, column 26: vrfs[0]: not JSON: The JSON array contains a trailing comma at the end which is not supported in this mode")]
    [TestCase("{ \"vrf\": [] }", "line 1, column 3: has no field \"vrf\"")]
    [TestCase("{ \"vrfs\": [\n { \"nam\": {\"x\":[1]} } ] }", "line 2, column 4: vrfs[0]: has no field \"nam\"")]
    [TestCase("{ \"vrfs\": {} }", "line 1, column 11: vrfs: expected an array, found an object")]
    [TestCase("{ \"vrfs\": [ null ] }", "line 1, column 13: vrfs[0]: expected an object, found null")]
    [TestCase("{ \"vrfs\": [ { \"id\": 1, \"id\": 1 } ] }", "line 1, column 24: vrfs[0].id: is there twice")]
    [TestCase("{ \"nextHops\": [ { \"host\": {}, \"discard\": {} } ] }", "line 1, column 31: nextHops[0].discard: excludes another field that is there")]
    [TestCase("{ \"vrfs\": [ { \"id\": -1 } ] }", "line 1, column 21: vrfs[0].id: \"-1\" is not a whole number from 0 to 4294967295")]
    [TestCase("{ \"vrfs\": [ { \"id\": 0.5 } ] }", "line 1, column 21: vrfs[0].id: \"0.5\" is not a whole number from 0 to 4294967295")]
    [TestCase("{ \"vrfs\": [ { \"id\": 4294967296 } ] }", "line 1, column 21: vrfs[0].id: \"4294967296\" is not a whole number from 0 to 4294967295")]
    [TestCase("{ \"vrfs\": [ { \"id\": true } ] }", "line 1, column 21: vrfs[0].id: expected a number, found true or false")]
    [TestCase("{ \"vrfs\": [ { \"name\": [[1]] } ] }", "line 1, column 23: vrfs[0].name: expected a string, found an array")]
    [TestCase("{ \"vrfs\": [ { \"name\": \"\\ud800\" } ] }", "line 1, column 23: vrfs[0].name: is not valid Unicode text")]
    [TestCase("{ \"vrfs\": [ { \"macLearning\": 1 } ] }", "line 1, column 30: vrfs[0].macLearning: expected true or false, found a number")]
    [TestCase("{ \"vrfs\": [ { \"forwardingMode\": \"L4\" } ] }", "line 1, column 33: vrfs[0].forwardingMode: \"L4\" is none of L2_L3, L3, L2")]
    [TestCase("{ \"vrfs\": [ { \"forwardingMode\": 9 } ] }", "line 1, column 33: vrfs[0].forwardingMode: \"9\" is none of L2_L3, L3, L2")]
    [TestCase("{ \"settings\": { \"flowTimeouts\": { \"udp\": \"2m\" } } }", "line 1, column 42: settings.flowTimeouts.udp: \"2m\" is not a duration such as \"1.5s\"")]
    public void SaysWhatIsWrongAndWhere(string text, string expected) =>
        Assert.That(ProblemsOf(text), Is.EqualTo(new[] { expected }));

    [Test]
    public void NamesAllProblemsAtOnce() => Assert.That(
        ProblemsOf("{ \"vrf\": 1, \"vrfs\": [ { \"id\": \"x\" }, { \"nam\": 1 } ], \"routes\": 7 }"), Has.Count.EqualTo(4));

    [Test]
    public void RefusesATextThatIsCutAnywhere()
    {
        const string Text = """{"vrfs":[{"id":1,"name":"x"}],"settings":{"maxFlows":7}}""";

        for (int length = 0; length < Text.Length; length++)
        {
            Assert.That(ProblemsOf(Text[..length]), Has.Count.EqualTo(1));
        }
    }

    [Test]
    public void MeetsBrokenTextWithProblemsOnly()
    {
        byte[] text = """{"vrfs":[{"id":1,"name":"\u00fc","macLearning":true}],"settings":{"flowTimeouts":{"udp":"1.5s"}},"nextHops":[{"host":{}}]}"""u8.ToArray();
        Gen<(int Place, byte Value)[]> changes = Gen.Zip(Gen.Choose(0, text.Length - 1), Gen.Choose(0, 255).Select(value => (byte)value)).ArrayOf();

        Prop.ForAll(changes.ToArbitrary(), changed =>
        {
            byte[] broken = [.. text];

            foreach ((int place, byte value) in changed)
            {
                broken[place] = value;
            }

            try
            {
                JsonContract.Parse<Config>(broken);
            }
            catch (JsonContractException e)
            {
                Assert.That(e.Problems, Is.Not.Empty.And.All.Matches(@"^line \d+, column \d+: "));
            }
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(6));
    }

    [Test]
    public void EndsAtTextThatIsNestedWithoutEnd() => Assert.That(
        ProblemsOf("{\"x\":" + new string('[', 100_000))[^1], Does.Contain("maximum configured depth"));

    [Test]
    public void NamesAHundredProblemsAtMost() => Assert.That(
        ProblemsOf("{ " + string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"x{i}\": 0")) + " }"), Has.Count.EqualTo(100));

    [Test]
    public void PassesOverAByteOrderMark() => Assert.That(
        JsonContract.Parse<Config>([.. Encoding.UTF8.Preamble, .. "{\"vrfs\":[{\"id\":7}]}"u8]).Vrfs[0].Id, Is.EqualTo(7));

    [TestCase(typeof(Config))]
    [TestCase(typeof(ApplyRequest))]
    public void KnowsTheKindsOfAllFieldsOfFiles(System.Type type)
    {
        var descriptor = (MessageDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!;

        Assert.That(FieldKinds(descriptor).Distinct(), Is.SubsetOf(new[]
        {
            FieldType.Message, FieldType.UInt32, FieldType.String, FieldType.Bool, FieldType.Enum,
        }));
    }

    [Test]
    public void WritesFieldsInTheirOrderAndWithoutDefaults() => Assert.That(
        JsonContract.Format(new Vrf { MacLearning = true, Name = "blue", Id = 3 }), Is.EqualTo("""{ "id": 3, "name": "blue", "macLearning": true }"""));

    private static IEnumerable<FieldType> FieldKinds(MessageDescriptor message) => message == Duration.Descriptor
        ? [FieldType.Message]
        : message.Fields.InDeclarationOrder().SelectMany(field => field.FieldType == FieldType.Message ? FieldKinds(field.MessageType) : [field.FieldType]);

    private static T Parse<T>(string text) where T : IMessage<T>, new() => JsonContract.Parse<T>(Encoding.UTF8.GetBytes(text));

    private static IReadOnlyList<string> ProblemsOf(string text) => Assert.Throws<JsonContractException>(() => Parse<Config>(text))!.Problems;
}
