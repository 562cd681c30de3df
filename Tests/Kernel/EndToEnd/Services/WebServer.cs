using System.Globalization;
using System.Net;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>A machine's web server, .NET's own: says who it is and who asks, and gives as many known bytes as the path asks for.</summary>
internal sealed class WebServer : IDisposable
{
    public const string Name = "X-Server", Client = "X-Client";

    private const int Piece = 1 << 16;

    private readonly HttpListener _listener = new();
    private readonly string _name;

    /// <summary>Serves on a port of every IPv4 address of the machine until it is disposed.</summary>
    public WebServer(Machine machine, string name, int port)
    {
        _name = name;
        _listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://*:{port}/"));
        machine.Namespace.Run(_listener.Start);
        _ = ServeAsync();
    }

    /// <summary>Stops at once, whatever it is sending.</summary>
    public void Dispose() => _listener.Abort();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using HttpListenerResponse answer = context.Response;
        answer.ContentLength64 = long.Parse(context.Request.Url!.AbsolutePath.AsSpan(1), CultureInfo.InvariantCulture);
        answer.Headers[Name] = _name;
        answer.Headers[Client] = context.Request.RemoteEndPoint.Address.ToString();

        try
        {
            for (long sent = 0; sent < answer.ContentLength64;)
            {
                byte[] piece = Content.At(sent, Math.Min(Piece, answer.ContentLength64 - sent)).ToArray();
                await answer.OutputStream.WriteAsync(piece);
                sent += piece.Length;
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The client has gone, or this server.
        }
    }
}
