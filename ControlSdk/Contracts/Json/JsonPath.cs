using System.Text;

namespace VRouter.ControlSdk;

/// <summary>The way from the root of a message to the value being read: "interfaces[3].addresses[0]".</summary>
internal sealed class JsonPath
{
    private const int NoIndex = -1;

    private readonly List<(string Name, int Index)> _steps = [];

    public void Enter(string field) => _steps.Add((field, NoIndex));

    public void SetIndex(int index) => _steps[^1] = (_steps[^1].Name, index);

    public void Leave() => _steps.RemoveAt(_steps.Count - 1);

    public override string ToString()
    {
        var text = new StringBuilder();

        foreach ((string name, int index) in _steps)
        {
            text.Append(text.Length == 0 ? "" : ".").Append(name).Append(index == NoIndex ? "" : $"[{index}]");
        }

        return text.ToString();
    }
}
