/// What `--version` prints and user agents say.
public enum Version {
    public static let number = "0.1.0"
}
