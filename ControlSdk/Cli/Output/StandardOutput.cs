using System.Text;
using Google.Protobuf;
using Microsoft.Win32.SafeHandles;

namespace VRouter.ControlSdk.Cli;

/// <summary>Standard output, which unlike the console's own says when nobody reads it any more.</summary>
internal sealed class StandardOutput : IDisposable
{
    private const int Descriptor = 1;
    private const int BufferSize = 1 << 16;
    private const int BrokenPipe = 32;                  // EPIPE (errno(3)), which .NET leaves in HResult

    private readonly StreamWriter _text;

    public StandardOutput()
    {
        var stream = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);

        // In a file, a FileStream has a place of its own; whoever writes there after us does not know it.
        Bytes = stream.CanSeek ? Console.OpenStandardOutput() : stream;
        _text = new StreamWriter(Bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferSize, leaveOpen: true);
    }

    /// <summary>For what is no text.</summary>
    public Stream Bytes { get; }

    /// <summary>For text; to be flushed.</summary>
    public TextWriter Text => _text;

    /// <summary>Whether someone looks at it.</summary>
    public static bool IsTerminal => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    /// <summary>Whether colours are wanted (no-color.org).</summary>
    public static bool HasColour => IsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Whether this is how it is told that nobody reads any more.</summary>
    public static bool IsClosedBy(IOException e) => e.HResult == BrokenPipe;

    public void WriteLine(string line) => _text.WriteLine(line);

    /// <summary>A message on one line of JSON.</summary>
    public void WriteJson(IMessage message) => _text.WriteLine(JsonContract.Format(message));

    public void Flush() => _text.Flush();

    public void Dispose() => Bytes.Dispose();
}
