import java.io.BufferedReader;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.data.DateData;
import org.javarosa.core.model.data.DecimalData;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.IntegerData;
import org.javarosa.core.model.data.SelectMultiData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.TimeData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.utils.DateUtils;
import org.javarosa.test.Scenario;

/**
 * What JavaRosa, ODK's own engine, says of forms and answers; one JVM for all of them.
 *
 * Reads a file of commands, one a line, its words between tabs:
 *   form PATH | case | row REPEAT | set NAME TYPE VALUE | cell REPEAT ROW NAME TYPE VALUE
 *   relevant NAME | constraint NAME TYPE VALUE | value NAME
 * and writes one line of JSON for each of the last three.
 */
public class Driver {
    private static Scenario scenario;
    private static int form = -1;
    private static int turn = -1;

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(arguments[1], StandardCharsets.UTF_8);
        out.println("{\"today\": \"" + java.time.LocalDate.now() + "\"}");
        try (BufferedReader lines = Files.newBufferedReader(Path.of(arguments[0]))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                obey(line.split("\t", -1), out);
            }
        }
        out.close();
    }

    private static void obey(String[] words, PrintStream out) throws Exception {
        switch (words[0]) {
            case "form" -> {
                scenario = Scenario.init(new File(words[1]));
                form++;
                turn = -1;
            }
            case "case" -> {
                scenario.newInstance();
                turn++;
            }
            case "row" -> scenario.createNewRepeat("/data/" + words[1]);
            case "set" -> set(node(words[1]), data(words[2], words[3]));
            case "cell" -> {
                TreeElement row = root().getChild(words[1], Integer.parseInt(words[2]));
                set(row.getChild(words[3], 0), data(words[4], words[5]));
            }
            case "relevant" -> say(out, words[1], Boolean.toString(node(words[1]).isRelevant()));
            case "constraint" -> {
                IAnswerData given = data(words[2], words[3]);
                boolean holds = scenario.getFormDef().evaluateConstraint(node(words[1]).getRef(), given);
                say(out, words[1], Boolean.toString(holds));
            }
            case "value" -> {
                IAnswerData value = node(words[1]).getValue();
                say(out, words[1], value == null ? "null" : quoted(value.uncast().getString()));
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private static TreeElement root() {
        FormDef definition = scenario.getFormDef();
        return definition.getMainInstance().getRoot();
    }

    private static TreeElement node(String name) {
        return root().getChild(name, 0);
    }

    private static void set(TreeElement node, IAnswerData value) {
        scenario.getFormDef().setValue(value, node.getRef(), node, true);
    }

    private static IAnswerData data(String type, String text) {
        if (text.isEmpty()) {
            return null;
        }
        return switch (type) {
            case "integer" -> new IntegerData(Integer.parseInt(text));
            case "decimal" -> new DecimalData(Double.parseDouble(text));
            case "date" -> new DateData(DateUtils.parseDate(text));
            case "time" -> new TimeData(DateUtils.parseTime(text));
            case "choice" -> new SelectOneData(new Selection(text));
            case "multi_choice" -> {
                List<Selection> chosen = new ArrayList<>();
                for (String code : text.split(" ")) {
                    chosen.add(new Selection(code));
                }
                yield new SelectMultiData(chosen);
            }
            default -> new StringData(text);
        };
    }

    private static void say(PrintStream out, String name, String result) {
        out.println("{\"form\": " + form + ", \"case\": " + turn + ", \"name\": \"" + name + "\", \"result\": " + result + "}");
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            json.append(c < 32 || c == '"' || c == '\\' || c > 126 ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return json.append('"').toString();
    }
}
