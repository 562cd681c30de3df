using System.IO.Compression;
using NUnit.Framework;
using VRouter.ControlSdk.Server;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control.BadInput;

/// <summary>A message that is none, in a call that is whole otherwise.</summary>
internal sealed class BrokenMessageTests
{
    private const string Apply = "/vrouter.v1.Control/Apply", ApplyStream = "/vrouter.v1.Control/ApplyStream", Sync = "/vrouter.v1.Control/Sync";
    private const string Ok = "0", Unknown = "2", ResourceExhausted = "8", Unimplemented = "12", Internal = "13";

    private static readonly byte[] s_empty = RawConnection.Message([]);

    private ServedDataPlane _served = null!;

    [OneTimeSetUp]
    public async Task Serve() => _served = await ServedDataPlane.StartAsync(new ControlLimits { MessageBytes = 1 << 20 });

    [OneTimeTearDown]
    public async Task TearDown() => await _served.DisposeAsync();

    [TearDown]
    public async Task AsksAnother() => await _served.Control.ApplyAsync(new V1.ApplyRequest());

    [TestCase(Apply)]
    [TestCase(Sync)]
    [TestCase(ApplyStream)]
    public async Task IsWelcomeWhenItIsOne(string method) => Assert.That(await StatusOfAsync(method, s_empty), Is.EqualTo(Ok));

    [TestCase(Apply)]
    [TestCase(Sync)]
    [TestCase(ApplyStream)]
    public async Task EndsTheCallWhenItIsCutOff(string method)
    {
        byte[] message = RawConnection.Message([0x0A, 0x02, 0x12, 0x00]);

        for (int length = 1; length < message.Length; length++)
        {
            Assert.That(await StatusOfAsync(method, message[..length]), Is.EqualTo(Internal), $"after {length} bytes");
        }
    }

    [TestCase(Apply)]
    [TestCase(ApplyStream)]
    public async Task EndsTheCallBeforeItsBytesAreThereWhenItClaimsTooMany(string method)
    {
        foreach (uint length in (uint[])[(1 << 20) + 1, int.MaxValue])
        {
            using RawConnection connection = await RawConnection.GreetAsync(_served.Socket);
            await connection.CallAsync(1, method);
            await connection.SendFrameAsync(RawConnection.Data, 0, 1, RawConnection.Message([1, 2, 3], length: length));

            Assert.That(await connection.ReadStatusAsync(1), Is.EqualTo(ResourceExhausted), $"{length} bytes");
        }
    }

    [TestCase(Apply)]
    [TestCase(ApplyStream)]
    public async Task EndsTheCallWhenItUnpacksToTooMuch(string method)
    {
        byte[] bomb = Gzip(new byte[32 << 20]);
        Assert.That(bomb, Has.Length.LessThan(64 << 10));

        Assert.That(await StatusOfAsync(method, RawConnection.Message(bomb, flag: 1), ("grpc-encoding", "gzip")), Is.EqualTo(ResourceExhausted));
    }

    [Test]
    public async Task IsUnpackedUpToTheLimit()
    {
        // Field 1000 is nobody's: it is skipped.
        byte[] large = [0xC2, 0x3E, 0x80, 0x80, 0x3C, .. new byte[0x3C << 14]];

        Assert.That(await StatusOfAsync(Apply, RawConnection.Message(Gzip(large), flag: 1), ("grpc-encoding", "gzip")), Is.EqualTo(Ok));
    }

    [Test]
    public async Task EndsTheCallWhenItIsNotWhatItsPackingSays()
    {
        Assert.That(await StatusOfAsync(Apply, RawConnection.Message([1, 2, 3], flag: 1), ("grpc-encoding", "gzip")), Is.EqualTo(Internal), "not gzip");
        Assert.That(await StatusOfAsync(Apply, RawConnection.Message([1, 2, 3], flag: 1)), Is.EqualTo(Internal), "packed, and nobody says how");
        Assert.That(await StatusOfAsync(Apply, RawConnection.Message([1, 2, 3], flag: 1), ("grpc-encoding", "snappy")), Is.EqualTo(Unimplemented), "not ours");
    }

    // gRPC reads the message of a single call before it asks anybody else, and says no more than that it has failed.
    [TestCase(Apply, Unknown)]
    [TestCase(ApplyStream, Internal)]
    [TestCase(Sync, Internal)]
    public async Task EndsTheCallWhenItsHeadIsNone(string method, string status)
    {
        Assert.That(await StatusOfAsync(method, RawConnection.Message([1, 2, 3], flag: 2)), Is.EqualTo(status), "no such flag");
        Assert.That(await StatusOfAsync(method, RawConnection.Message([1, 2, 3], length: uint.MaxValue)), Is.EqualTo(status), "no such length");
    }

    [Test]
    public async Task EndsACallThatHasOneTooManyOrNone()
    {
        Assert.That(await StatusOfAsync(Apply, [.. s_empty, .. s_empty]), Is.EqualTo(Internal));
        Assert.That(await StatusOfAsync(Apply, []), Is.EqualTo(Internal));
    }

    [Test]
    public async Task EndsTheCallWhereItIsNoMessageOfTheContract([Values(Apply, Sync, ApplyStream)] string method)
    {
        byte[][] broken =
        [
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],    // a tag that does not end
            [0x0A, 0x7F, 0x00],                                                  // a field beyond the end
            [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07],                                // of 2 GiB
            [0x0F],                                                              // of a wire type that there is not
            [0x0C],                                                              // the end of a group that has not begun
            [.. Enumerable.Repeat((byte)0x0B, 200)],                             // groups, deeper than anybody reads
        ];

        foreach (byte[] message in broken)
        {
            Assert.That(await StatusOfAsync(method, RawConnection.Message(message)), Is.EqualTo(Internal), Convert.ToHexString(message.AsSpan(0, 1)));
        }
    }

    [TestCase("application/json")]
    [TestCase("text/plain")]
    public async Task IsNotLookedAtWhenItIsOfAnotherKind(string type)
    {
        using RawConnection connection = await RawConnection.GreetAsync(_served.Socket);
        await connection.SendFrameAsync(RawConnection.Headers, RawConnection.EndHeaders, 1, RawConnection.HeaderBlock(
            (":method", "POST"), (":scheme", "http"), (":path", Apply), (":authority", "localhost"), ("content-type", type)));
        await connection.SendFrameAsync(RawConnection.Data, RawConnection.EndStream, 1, s_empty);

        Assert.That(await connection.ReadStatusAsync(1), Is.EqualTo(Internal));
    }

    [TestCase("/vrouter.v1.Control/Unheard")]
    [TestCase("/vrouter.v1.Unheard/Apply")]
    [TestCase("/")]
    [TestCase("/vrouter.v1.Control")]
    public async Task IsNotLookedAtWhenNobodyAskedForIt(string method) =>
        Assert.That(await StatusOfAsync(method, s_empty), Is.EqualTo(Unimplemented).Or.EqualTo("HTTP 404"));

    private async Task<string> StatusOfAsync(string method, byte[] body, params (string, string)[] headers)
    {
        using RawConnection connection = await RawConnection.GreetAsync(_served.Socket);
        await connection.CallAsync(1, method, headers);
        const int MostInAFrame = 16384;

        for (int sent = 0; sent < body.Length; sent += MostInAFrame)
        {
            await connection.SendFrameAsync(RawConnection.Data, 0, 1, body.AsSpan(sent, Math.Min(MostInAFrame, body.Length - sent)));
        }

        await connection.SendFrameAsync(RawConnection.Data, RawConnection.EndStream, 1, []);
        return await connection.ReadStatusAsync(1);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();

        using (GZipStream gzip = new(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
