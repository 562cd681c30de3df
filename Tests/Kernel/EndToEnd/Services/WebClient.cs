using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>A machine's web client, .NET's own, with a connection for each request.</summary>
internal sealed class WebClient : IDisposable
{
    private const int Bytes = 3000;         // more than a packet

    private readonly Machine _machine;
    private readonly HttpClient _client;

    public WebClient(Machine machine, double patience = 10)
    {
        _machine = machine;
        _client = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, PooledConnectionLifetime = TimeSpan.Zero, UseProxy = false })
        {
            Timeout = TimeSpan.FromSeconds(patience),
        };
    }

    /// <summary>Fetches a page and compares it; who answered.</summary>
    public async Task<WebAnswer> GetAsync(string address, int port = 80)
    {
        using HttpResponseMessage answer = await _client.GetAsync(new Uri($"http://{address}:{port}/{Bytes}"));
        byte[] page = await answer.Content.ReadAsByteArrayAsync();
        Assert.That(page, Has.Length.EqualTo(Bytes));
        Content.AssertIs(page, 0);
        return WebAnswer.Of(answer);
    }

    /// <summary>Fetches so many pages, one after the other.</summary>
    public async Task<List<WebAnswer>> GetAsync(string address, int port, int count)
    {
        List<WebAnswer> answers = [];

        while (answers.Count < count)
        {
            answers.Add(await GetAsync(address, port));
        }

        return answers;
    }

    /// <summary>Begins to fetch so many bytes.</summary>
    public async Task<Download> DownloadAsync(string address, long bytes)
    {
        HttpResponseMessage answer = await _client.GetAsync(new Uri($"http://{address}/{bytes}"), HttpCompletionOption.ResponseHeadersRead);
        return new Download(answer, bytes);
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        Socket socket = _machine.Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));

        try
        {
            await socket.ConnectAsync(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
