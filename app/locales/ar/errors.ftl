error-identifier-empty = أدخل بريدك الإلكتروني.
error-password-empty = أدخل كلمة المرور.
error-credentials = البريد الإلكتروني أو كلمة المرور غير صحيحة. حاول مجددًا أو أعد تعيين كلمة المرور.
error-credentials-start = البريد الإلكتروني أو كلمة المرور غير صحيحة.
error-credentials-again = حاول مجددًا
error-credentials-or = أو
error-credentials-reset = أعد تعيين كلمة المرور
error-credentials-end = .
error-password-again = أدخل كلمة المرور مجددًا.
error-too-many = محاولات كثيرة جدًا. حاول مجددًا بعد { $seconds ->
    [zero] { $seconds } ثانية
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $seconds } ثوانٍ
    [many] { $seconds } ثانيةً
   *[other] { $seconds } ثانية
  }.
error-work = جاءت طلبات كثيرة من شبكتك. يُرجى الانتظار { $seconds ->
    [zero] { $seconds } ثانية
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $seconds } ثوانٍ
    [many] { $seconds } ثانيةً
   *[other] { $seconds } ثانية
  } ثم الضغط على الزر مجددًا.
error-too-many-over = يمكنك المحاولة مجددًا الآن.
error-too-many-minutes = محاولات كثيرة جدًا. حاول مجددًا بعد { $minutes ->
    [zero] { $minutes } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقةً
   *[other] { $minutes } دقيقة
  }.
error-too-many-passkey = محاولات كثيرة جدًا. حاول مجددًا بعد { $seconds ->
    [zero] { $seconds } ثانية
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $seconds } ثوانٍ
    [many] { $seconds } ثانيةً
   *[other] { $seconds } ثانية
  }، أو استخدم مفتاح مرور.
error-too-many-minutes-passkey = محاولات كثيرة جدًا. حاول مجددًا بعد { $minutes ->
    [zero] { $minutes } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقةً
   *[other] { $minutes } دقيقة
  }، أو استخدم مفتاح مرور.
error-busy = الخدمة مشغولة جدًا. حاول مجددًا بعد قليل.
error-unavailable = لا يمكن للخدمة الرد الآن. حاول مجددًا بعد قليل.
error-email = أدخل عنوان بريد إلكتروني مثل name@example.com.
error-name = اختر اسمًا لا يزيد على 100 حرف وبلا رموز خاصة.
error-password-short = اختر كلمة مرور لا يقل عدد أحرفها عن { $min }.
error-password-long = اختر كلمة مرور لا يزيد عدد أحرفها على 256.
error-password-kinds = استخدم { $min } على الأقل من هذه الأنواع: أحرف صغيرة، أحرف كبيرة، أرقام، رموز أخرى.
error-password-common = ظهرت كلمة المرور هذه في تسريب بيانات. اختر غيرها.
error-password-guessed = كلمة المرور هذه سهلة التخمين. بضع كلمات لا صلة بينها يصعب تخمينها ويسهل تذكرها.
error-password-expired = كلمة المرور هذه قديمة جدًا لتسجيل الدخول بها. استخدم «هل نسيت كلمة المرور؟» أدناه لاختيار واحدة جديدة.
error-password-before = سبق أن استخدمت كلمة المرور هذه. اختر غيرها.
error-code = هذا الرمز لا يعمل. تحقق منه، أو اطلب رمزًا جديدًا، أو افتح الرابط الوارد في الرسالة.
error-link = لم يعد هذا الرابط يعمل.
error-weaker = سجّلت الدخول هنا بمفتاح مرور. استخدمه مجددًا أو سجّل الخروج أولًا.
error-address-code = هذا الرمز لا يعمل. تحقق منه أو ابدأ من جديد.
error-address-same = هذا هو عنوان حسابك بالفعل.
error-asked-elsewhere = طُلب هذا الرابط في متصفح آخر. اقرأ ما يفعله ثم احفظ مجددًا.
error-email-taken = يوجد حساب بهذا البريد الإلكتروني بالفعل.
error-detail = استخدم 100 حرف على الأكثر وبلا رموز خاصة.
error-birthdate = اكتب التاريخ بالسنة والشهر واليوم، مثل ⁨1990-12-31⁩، أو السنة وحدها.
error-website = اكتب عنوان ويب كاملًا، مثل https://example.com.
error-phone = اكتب الرقم مع + ورمز البلد، مثل ⁨+44 20 7946 0000⁩.
error-changed-meanwhile = تغيّر ملفك الشخصي في نافذة أخرى. تحقق منه ثم احفظ مجددًا.
error-decision = اختر «سماح» أو «إلغاء».
error-device-decision = اختر «سماح» أو «رفض».
error-user-code = هذا الرمز لا يعمل. تحقق منه على جهازك، أو دع الجهاز يعرض رمزًا جديدًا.
error-expired = انتهت صلاحية تسجيل الدخول هذا. ابدأ من جديد.
error-signed-out = لم تعد مسجّل الدخول.
error-not-found = لا يوجد شيء كهذا هنا.
